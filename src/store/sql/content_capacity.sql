-- How many valid tests outside of school hours does the window hold, and what rate did nine in ten of them
-- exceed? Series of two methods are never mixed, as in the verdict.
SELECT count(*)::int AS tests,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY t.download_mbps) AS p10_mbps
FROM (
    SELECT t.download_mbps, t.rank, min(t.rank) OVER () AS best_rank
    FROM (
        SELECT t.download_mbps,
               CASE WHEN t.vantage = 'browser' THEN 2
                    WHEN t.probe_id IN (SELECT p.id FROM probe p WHERE p.school_id = $1
                                        AND p.software = 'giga_meter') THEN 1
                    ELSE 0 END AS rank
        FROM speed_test t
        WHERE t.school_id = $1 AND t.measured_at > $2 AND t.measured_at <= $3
          AND t.outcome = 'ok' AND t.invalid_reason IS NULL AND NOT t.in_opening_hours
    ) t
) t
WHERE t.rank = t.best_rank
