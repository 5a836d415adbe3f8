-- What is known of one country, and what is it judged by?
SELECT c.*, b.id AS rule_set, b.version AS rule_version, b.name AS benchmark_name,
       b.source AS benchmark_source, b.source_url AS benchmark_source_url,
       b.published AS benchmark_published, b.note AS benchmark_note, b.rules AS benchmark_rules,
       coalesce(holiday.first_days, '{}') AS first_days, coalesce(holiday.last_days, '{}') AS last_days
FROM country c
CROSS JOIN LATERAL benchmark_in_force(c.code, (now() AT TIME ZONE c.time_zone)::date) f
JOIN benchmark_rule_set b ON b.id = f.rule_set AND b.version = f.version
LEFT JOIN LATERAL (
    SELECT array_agg(first_day ORDER BY first_day, last_day) AS first_days,
           array_agg(last_day ORDER BY first_day, last_day) AS last_days
    FROM holiday
    WHERE country_code = c.code AND last_day > (now() - interval '500 days')::date
) holiday ON true
WHERE c.code = $1
