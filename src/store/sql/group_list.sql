-- Which groups of a kind does a country have, and how many schools had each in the newest month?
SELECT DISTINCT ON (group_id) group_id, name, starts_on, schools, measured_schools
FROM group_summary
WHERE country_code = $1 AND kind = $2 AND period = 'month'
ORDER BY group_id, starts_on DESC
LIMIT 5000
