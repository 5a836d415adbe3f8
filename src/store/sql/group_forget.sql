-- What was known of a country's groups on this day, week or month?
DELETE FROM group_summary WHERE country_code = $1 AND period = $2 AND starts_on = $3
