-- Which weeks are over whose window, as at their end, holds one of these days? Only those whose whole
-- window lies in the months whose raw tests were not dropped.
INSERT INTO dirty_status_week (monday, school_id)
SELECT DISTINCT w.monday, d.school_id
FROM unnest($1::uuid[], $2::date[]) AS d (school_id, day)
JOIN school s ON s.id = d.school_id AND s.merged_into IS NULL
JOIN country c ON c.code = s.country_code
CROSS JOIN LATERAL (
    SELECT monday::date
    FROM generate_series(date_trunc('week', d.day::timestamp),
                         d.day::timestamp + make_interval(days => c.window_days - 6),
                         interval '7 days') AS monday
) w
CROSS JOIN (
    SELECT (dropped_before AT TIME ZONE 'UTC')::date AS first_day
    FROM retention WHERE table_name = 'speed_test'
) kept
WHERE (w.monday + 7)::timestamp AT TIME ZONE c.time_zone <= $3
  AND w.monday + 7 - c.window_days > kept.first_day
ORDER BY w.monday, d.school_id
ON CONFLICT (monday, school_id) DO NOTHING
