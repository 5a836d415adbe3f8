-- By what did countries decide to judge, since when, and which of it is in force?
SELECT b.country_code, b.rule_set, b.version, b.since, b.decided_at,
       b.number = (SELECT n.number FROM country_benchmark n
                   WHERE n.country_code = b.country_code
                     AND n.since <= (now() AT TIME ZONE c.time_zone)::date
                   ORDER BY n.since DESC, n.number DESC LIMIT 1) AS in_force
FROM country_benchmark b
JOIN country c ON c.code = b.country_code
WHERE $1::text IS NULL OR b.country_code = $1
ORDER BY b.country_code, b.since DESC, b.number DESC
LIMIT 5000
