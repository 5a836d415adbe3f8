-- What did these school-days look like? Medians are exact (percentile_cont), over valid tests of
-- the whole local day; tests that failed or are invalid are counted, never averaged. Figures of two
-- methods are never averaged together: our own probes' count (`rank` 0), Giga Meter's (1) where no test
-- of ours was valid, and the day says so, a browser's (2) where no probe measured. Of path checks only
-- those to our server count, since a gateway often answers nobody, and only by the method that was
-- answered most. One that nobody answered is of no method, and is loss.
INSERT INTO school_day (school_id, day, tests, valid_tests, failed_tests, download_median_mbps,
                        download_p5_mbps, download_p95_mbps, upload_median_mbps, rtt_median_ms,
                        loss_ratio, path_checks, bytes_used, software)
SELECT wanted.school_id, wanted.day,
       speed.tests, speed.valid_tests, speed.failed_tests, speed.download_median,
       speed.download_p5, speed.download_p95, speed.upload_median, path.rtt_median,
       path.loss_ratio, path.path_checks, speed.bytes_used, speed.software
FROM (
    SELECT d.school_id, d.day,
           d.day::timestamp AT TIME ZONE c.time_zone AS begins_at,
           (d.day + 1)::timestamp AT TIME ZONE c.time_zone AS ends_at
    FROM unnest($1::uuid[], $2::date[]) AS d (school_id, day)
    JOIN school s ON s.id = d.school_id
    JOIN country c ON c.code = s.country_code
) wanted
CROSS JOIN LATERAL (
    SELECT count(*)::int AS tests,
           (count(*) FILTER (WHERE valid))::int AS valid_tests,
           (count(*) FILTER (WHERE outcome = 'failed' AND invalid_reason IS NULL))::int
               AS failed_tests,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY download_mbps) FILTER (WHERE valid)
               AS download_median,
           percentile_cont(0.05) WITHIN GROUP (ORDER BY download_mbps) FILTER (WHERE valid)
               AS download_p5,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY download_mbps) FILTER (WHERE valid)
               AS download_p95,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY upload_mbps) FILTER (WHERE valid)
               AS upload_median,
           coalesce(max(all_bytes), 0)::bigint AS bytes_used,
           CASE WHEN max(rank) = 1 THEN 'giga_meter' END AS software
    FROM (
        SELECT *, coalesce(min(rank) FILTER (WHERE valid AND rank < 2) OVER (),
                        min(rank) OVER ()) AS best_rank,
               sum(bytes_down + bytes_up) OVER () AS all_bytes
        FROM (
            SELECT *, outcome = 'ok' AND invalid_reason IS NULL AS valid,
                   CASE WHEN t.vantage = 'browser' THEN 2
                        WHEN t.probe_id IN (SELECT p.id FROM probe p
                                            WHERE p.school_id = wanted.school_id
                                              AND p.software = 'giga_meter') THEN 1
                        ELSE 0 END AS rank
            FROM speed_test t
            WHERE t.school_id = wanted.school_id
              AND t.measured_at >= wanted.begins_at AND t.measured_at < wanted.ends_at
        ) t
    ) t
    WHERE rank = best_rank
) speed
LEFT JOIN LATERAL (
    SELECT p.method
    FROM path_check p
    WHERE p.school_id = wanted.school_id
      AND p.measured_at >= wanted.begins_at AND p.measured_at < wanted.ends_at
      AND p.outcome = 'ok' AND p.invalid_reason IS NULL
      AND p.target_kind = 'server' AND p.received > 0
    GROUP BY p.method
    ORDER BY count(*) DESC, p.method
    LIMIT 1
) answered ON true
CROSS JOIN LATERAL (
    SELECT count(*)::int AS path_checks,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY rtt_median_ms) AS rtt_median,
           sum(sent - received)::double precision / nullif(sum(sent), 0) AS loss_ratio
    FROM path_check p
    WHERE p.school_id = wanted.school_id
      AND p.measured_at >= wanted.begins_at AND p.measured_at < wanted.ends_at
      AND p.outcome = 'ok' AND p.invalid_reason IS NULL
      AND p.target_kind = 'server' AND (p.received = 0 OR p.method = answered.method)
) path
ORDER BY wanted.school_id, wanted.day
ON CONFLICT (school_id, day) DO UPDATE SET
    tests = excluded.tests, valid_tests = excluded.valid_tests,
    failed_tests = excluded.failed_tests,
    download_median_mbps = excluded.download_median_mbps,
    download_p5_mbps = excluded.download_p5_mbps, download_p95_mbps = excluded.download_p95_mbps,
    upload_median_mbps = excluded.upload_median_mbps, rtt_median_ms = excluded.rtt_median_ms,
    loss_ratio = excluded.loss_ratio, path_checks = excluded.path_checks,
    bytes_used = excluded.bytes_used, software = excluded.software
