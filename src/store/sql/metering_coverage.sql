-- Of the connected schools of each area of a level, how many have a probe that is heard of? Connected is
-- what was measured or is declared so. The line without an area has the schools that lie in none.
WITH schools AS (
    SELECT s.id, sa.area_id, s.student_count,
           v.status IN ('good', 'moderate', 'bad', 'connected_unmeasured') AS is_connected,
           heard.best
    FROM school s
    JOIN school_status v ON v.school_id = s.id
    LEFT JOIN school_area sa ON sa.school_id = s.id AND sa.level = $2
    LEFT JOIN (
        SELECT p.school_id,
               max(CASE WHEN p.last_report_at IS NULL THEN 1
                        WHEN p.last_report_at < $4 THEN 2
                        WHEN p.last_report_at < $3 THEN 3
                        ELSE 4 END) AS best
        FROM probe p
        WHERE p.revoked_at IS NULL AND p.vantage <> 'browser'
        GROUP BY p.school_id
    ) heard ON heard.school_id = s.id
    WHERE s.country_code = $1 AND s.merged_into IS NULL
)
SELECT a.id AS area_id, a.name AS area_name, a.names AS area_names, a.code AS area_code,
       coalesce(c.schools, 0) AS schools, coalesce(c.connected, 0) AS connected,
       coalesce(c.live, 0) AS live, coalesce(c.late, 0) AS late, coalesce(c.silent, 0) AS silent,
       coalesce(c.never_reported, 0) AS never_reported, coalesce(c.without, 0) AS without_probe
FROM (SELECT id, name, names, code FROM area
      WHERE country_code = $1 AND level = $2 AND retired_at IS NULL) a
FULL JOIN (
    SELECT area_id, count(*) AS schools, count(*) FILTER (WHERE is_connected) AS connected,
           count(*) FILTER (WHERE is_connected AND best = 4) AS live,
           count(*) FILTER (WHERE is_connected AND best = 3) AS late,
           count(*) FILTER (WHERE is_connected AND best = 2) AS silent,
           count(*) FILTER (WHERE is_connected AND best = 1) AS never_reported,
           count(*) FILTER (WHERE is_connected AND best IS NULL) AS without
    FROM schools GROUP BY area_id
) c ON c.area_id = a.id
ORDER BY a.name NULLS LAST, a.id NULLS LAST
