-- How far has a country been gone through this week?
UPDATE status_history_progress p
SET year = extract(isoyear FROM local.day), week = extract(week FROM local.day), after = $3, done = $4
FROM country c
CROSS JOIN LATERAL (SELECT ($2::timestamptz AT TIME ZONE c.time_zone)::date AS day) local
WHERE p.country_code = $1 AND c.code = p.country_code
