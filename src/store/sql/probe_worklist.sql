-- Which probes of a country need somebody, most pupils first? $2 and $3 are when the school days began
-- that a late and a silent probe missed; $4 an area, $5 a state, $6 where the last page ended. Who is
-- merely unheard of the longest does not come first: where most learners wait does.
WITH known AS (
    SELECT p.id, p.school_id, p.vantage, p.software, p.software_version, p.enrolled_at, p.last_report_at,
           CASE WHEN p.revoked_at IS NOT NULL THEN 'retired'
                WHEN p.last_report_at IS NULL THEN 'never_reported'
                WHEN p.last_report_at < $3 THEN 'silent'
                WHEN p.last_report_at < $2 THEN 'late'
                ELSE 'live' END AS state,
           s.name AS school_name, s.student_count, ST_X(s.location) AS longitude,
           ST_Y(s.location) AS latitude,
           lower(btrim(s.attributes->>'internet_provider')) AS provider,
           deepest.area_id, deepest.name AS area_name, v.valid_tests, v.failed_tests
    FROM probe p
    JOIN school s ON s.id = p.school_id
    JOIN school_status v ON v.school_id = s.id
    LEFT JOIN LATERAL (
        SELECT sa.area_id, a.name
        FROM school_area sa JOIN area a ON a.id = sa.area_id
        WHERE sa.school_id = s.id
        ORDER BY sa.level DESC LIMIT 1
    ) deepest ON true
    WHERE s.country_code = $1 AND s.merged_into IS NULL AND p.vantage <> 'browser'
      AND ($4::uuid IS NULL OR EXISTS (SELECT FROM school_area sa
                                       WHERE sa.school_id = s.id AND sa.area_id = $4))
), around AS (
    SELECT k.*,
           count(*) FILTER (WHERE state = 'live') OVER (PARTITION BY school_id)
               - (state = 'live')::int AS others_live,
           CASE WHEN provider IS NULL OR area_id IS NULL THEN 0
                ELSE count(*) FILTER (WHERE state IN ('live', 'late', 'silent'))
                         OVER (PARTITION BY provider, area_id) END AS neighbours,
           CASE WHEN provider IS NULL OR area_id IS NULL THEN 0
                ELSE count(*) FILTER (WHERE state IN ('late', 'silent'))
                         OVER (PARTITION BY provider, area_id) END AS neighbours_quiet
    FROM known k
), work AS (
    SELECT a.*,
           (CASE a.state WHEN 'silent' THEN 3 WHEN 'never_reported' THEN 2 WHEN 'late' THEN 1
                         ELSE 0 END)::int AS urgency,
           coalesce(a.student_count, 0) AS students
    FROM around a
    WHERE CASE WHEN $5::text IS NOT NULL THEN a.state = $5
               WHEN a.state = 'live' THEN a.valid_tests = 0
               ELSE a.state <> 'retired' END
)
SELECT w.*, (SELECT count(*) FROM work) AS total, shares.*
FROM work w
LEFT JOIN LATERAL (
    SELECT sum(f.online_s)::bigint AS online_s, sum(f.lan_down_s)::bigint AS lan_down_s,
           sum(f.isp_down_s)::bigint AS isp_down_s, sum(f.off_s)::bigint AS off_s
    FROM school_summary f
    WHERE f.school_id = w.school_id AND f.period = 'day'
      AND f.starts_on BETWEEN w.last_report_at::date - 14 AND w.last_report_at::date
) shares ON true
WHERE $6::int IS NULL OR (w.urgency, w.students, w.id) < ($6::int, $7::int, $8::uuid)
ORDER BY w.urgency DESC, w.students DESC, w.id DESC
LIMIT $9
