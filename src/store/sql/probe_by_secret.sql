-- Whose secret is this, and when is its school open?
SELECT p.id, p.school_id, p.vantage, p.revoked_at, c.time_zone, c.opens_at, c.closes_at,
       c.school_days, s.country_code, kept.*,
       coalesce(holiday.first_days, '{}') AS first_days, coalesce(holiday.last_days, '{}') AS last_days
FROM probe p
JOIN school s ON s.id = p.school_id
JOIN country c ON c.code = s.country_code
LEFT JOIN LATERAL (
    SELECT array_agg(first_day ORDER BY first_day, last_day) AS first_days,
           array_agg(last_day ORDER BY first_day, last_day) AS last_days
    FROM holiday
    WHERE country_code = c.code AND last_day > (now() - interval '500 days')::date
) holiday ON true
CROSS JOIN (
    SELECT kept_since('speed_test') AS speed_tests_since, kept_since('path_check') AS path_checks_since,
           kept_since('page_check') AS page_checks_since, kept_since('presence') AS presence_since,
           kept_since('giga_meter_check') AS looks_since
) kept
WHERE p.secret_hash = $1
