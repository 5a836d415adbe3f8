-- How did the schools of a country, an area, a provider or a technology do, day by day, week by week or
-- month by month?
SELECT *
FROM group_summary
WHERE country_code = $1 AND kind = $2 AND group_id = $3 AND period = $4
  AND starts_on BETWEEN $5 AND $6
ORDER BY starts_on
LIMIT 2000
