-- Which countries are there, where do they lie, and how much is known of each?
SELECT c.*, b.id AS rule_set, b.version AS rule_version, b.name AS benchmark_name,
       b.source AS benchmark_source, b.source_url AS benchmark_source_url,
       b.published AS benchmark_published, b.note AS benchmark_note, b.rules AS benchmark_rules,
       coalesce(area.levels, '{}') AS levels, coalesce(area.counts, '{}') AS area_counts,
       coalesce(school.count, 0) AS schools,
       ARRAY[ST_XMin(box.extent), ST_YMin(box.extent), ST_XMax(box.extent), ST_YMax(box.extent)]
           AS bounds,
       coalesce(holiday.first_days, '{}') AS first_days, coalesce(holiday.last_days, '{}') AS last_days
FROM country c
CROSS JOIN LATERAL benchmark_in_force(c.code, (now() AT TIME ZONE c.time_zone)::date) f
JOIN benchmark_rule_set b ON b.id = f.rule_set AND b.version = f.version
LEFT JOIN LATERAL (
    SELECT array_agg(level ORDER BY level) AS levels, array_agg(n ORDER BY level) AS counts
    FROM (SELECT level, count(*) AS n FROM area
          WHERE country_code = c.code AND retired_at IS NULL GROUP BY level) l
) area ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS count FROM school WHERE country_code = c.code AND merged_into IS NULL
) school ON true
LEFT JOIN LATERAL (
    SELECT coalesce(
        (SELECT ST_Extent(geometry) FROM area
         WHERE country_code = c.code AND retired_at IS NULL),
        (SELECT ST_Extent(location) FROM school
         WHERE country_code = c.code AND merged_into IS NULL)) AS extent
) box ON true
LEFT JOIN LATERAL (
    SELECT array_agg(first_day ORDER BY first_day, last_day) AS first_days,
           array_agg(last_day ORDER BY first_day, last_day) AS last_days
    FROM holiday
    WHERE country_code = c.code AND last_day > (now() - interval '500 days')::date
) holiday ON true
ORDER BY c.name, c.code
LIMIT 300
