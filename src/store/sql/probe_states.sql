-- How many of a country's probes, or an area's, are in which state, and how many live ones measure no
-- speed?
SELECT count(*) FILTER (WHERE state = 'live') AS live,
       count(*) FILTER (WHERE state = 'late') AS late,
       count(*) FILTER (WHERE state = 'silent') AS silent,
       count(*) FILTER (WHERE state = 'never_reported') AS never_reported,
       count(*) FILTER (WHERE state = 'retired') AS retired,
       count(*) FILTER (WHERE state = 'live' AND valid_tests = 0) AS live_without_tests
FROM (
    SELECT CASE WHEN p.revoked_at IS NOT NULL THEN 'retired'
                WHEN p.last_report_at IS NULL THEN 'never_reported'
                WHEN p.last_report_at < $3 THEN 'silent'
                WHEN p.last_report_at < $2 THEN 'late'
                ELSE 'live' END AS state,
           v.valid_tests
    FROM probe p
    JOIN school s ON s.id = p.school_id
    JOIN school_status v ON v.school_id = s.id
    WHERE s.country_code = $1 AND s.merged_into IS NULL AND p.vantage <> 'browser'
      AND ($4::uuid IS NULL OR EXISTS (SELECT FROM school_area sa
                                       WHERE sa.school_id = s.id AND sa.area_id = $4))
) p
