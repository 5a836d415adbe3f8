-- What is known of one country, and what is it judged by?
SELECT c.*, b.name AS benchmark_name, b.source AS benchmark_source, b.download_floor_mbps,
       b.download_target_mbps, b.large_school_students, b.large_school_kbps_per_student,
       coalesce(holiday.first_days, '{}') AS first_days, coalesce(holiday.last_days, '{}') AS last_days
FROM country c
JOIN benchmark b ON b.country_code = c.code
LEFT JOIN LATERAL (
    SELECT array_agg(first_day ORDER BY first_day, last_day) AS first_days,
           array_agg(last_day ORDER BY first_day, last_day) AS last_days
    FROM holiday
    WHERE country_code = c.code AND last_day > (now() - interval '500 days')::date
) holiday ON true
WHERE c.code = $1
