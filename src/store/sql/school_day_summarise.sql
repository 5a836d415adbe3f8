-- What did these school-days look like? Medians are exact (percentile_cont), over valid tests of
-- the whole local day; tests that failed or are invalid are counted, never averaged. What a
-- browser measured counts on days on which no probe did. Of path checks only those to our server
-- count, since a gateway often answers nobody, and only by the method that was answered most: methods
-- are not mixed. One that nobody answered is of no method, and is loss.
INSERT INTO school_day (school_id, day, tests, valid_tests, failed_tests, download_median_mbps,
                        download_p5_mbps, download_p95_mbps, upload_median_mbps, rtt_median_ms,
                        loss_ratio, path_checks, bytes_used)
SELECT wanted.school_id, wanted.day,
       speed.tests, speed.valid_tests, speed.failed_tests, speed.download_median,
       speed.download_p5, speed.download_p95, speed.upload_median, path.rtt_median,
       path.loss_ratio, path.path_checks, speed.bytes_used
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
           coalesce(sum(bytes_down + bytes_up), 0)::bigint AS bytes_used
    FROM (
        SELECT *, outcome = 'ok' AND invalid_reason IS NULL AS valid,
               bool_or(vantage <> 'browser') OVER () AS any_probe
        FROM speed_test t
        WHERE t.school_id = wanted.school_id
          AND t.measured_at >= wanted.begins_at AND t.measured_at < wanted.ends_at
    ) t
    WHERE vantage <> 'browser' OR NOT any_probe
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
    bytes_used = excluded.bytes_used
