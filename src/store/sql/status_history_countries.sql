-- Which countries have not been gone through in any week yet?
INSERT INTO status_history_progress (country_code, year, week)
SELECT c.code, extract(isoyear FROM local.day), extract(week FROM local.day)
FROM country c
CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE c.time_zone)::date AS day) local
WHERE NOT EXISTS (SELECT FROM status_history_progress p WHERE p.country_code = c.code)
ON CONFLICT (country_code) DO NOTHING
