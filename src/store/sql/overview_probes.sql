-- How many of a country's probes are there, and how many were heard of lately?
SELECT count(*) AS enrolled,
       count(*) FILTER (WHERE p.last_report_at > $2::timestamptz - interval '24 hours') AS reporting
FROM probe p
JOIN school s ON s.id = p.school_id
WHERE s.country_code = $1 AND p.revoked_at IS NULL
