-- What did these days, weeks or months of these schools look like? Percentiles are exact
-- (percentile_cont), over valid tests of the whole local time; tests that failed or are invalid are
-- counted, never averaged. Figures of two methods are never averaged together: our own probes' count
-- (`rank` 0), Giga Meter's (1) where no test of ours was valid, and the row says so, a browser's (2) where
-- no probe measured. Of path checks only those to our server count, since a gateway often answers nobody,
-- and only by the method that was answered most. One that nobody answered is of no method, and is loss.
-- Seconds of opening hours come with a day ($5 to $9); a week's or a month's are the sums of its days.
-- Where the raw rows of a time were dropped, what was known of it stays.
INSERT INTO school_summary (
    school_id, period, starts_on,
    tests, valid_tests, failed_tests, invalid_tests, test_bytes, software,
    download_p5_mbps, download_median_mbps, download_p95_mbps,
    upload_p5_mbps, upload_median_mbps, upload_p95_mbps,
    rtt_loaded_p5_ms, rtt_loaded_median_ms, rtt_loaded_p95_ms,
    path_checks, loss_ratio, rtt_p5_ms, rtt_median_ms, rtt_p95_ms,
    jitter_p5_ms, jitter_median_ms, jitter_p95_ms,
    loss_p5_ratio, loss_median_ratio, loss_p95_ratio,
    page_bytes,
    open_s, online_s, lan_down_s, isp_down_s, service_down_s, off_s)
SELECT wanted.school_id, wanted.period, wanted.starts_on, speed.*, path.*, pages.*, presence.*
FROM (
    SELECT d.*, span.*,
           span.begins_at >= kept.speed_test AS tests_kept,
           span.begins_at >= kept.path_check AS paths_kept,
           span.begins_at >= kept.page_check AS pages_kept,
           span.begins_at >= kept.presence AS presence_kept
    FROM unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[],
                $7::bigint[], $8::bigint[], $9::bigint[])
        AS d (school_id, period, starts_on, open_s, online_s, lan_down_s, isp_down_s,
              service_down_s, off_s)
    JOIN school s ON s.id = d.school_id
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (
        SELECT d.starts_on::timestamp AT TIME ZONE c.time_zone AS begins_at,
               (d.starts_on + ('1 ' || d.period)::interval) AT TIME ZONE c.time_zone AS ends_at,
               (d.starts_on + ('1 ' || d.period)::interval)::date AS ends_on
    ) span
    CROSS JOIN (
        SELECT max(dropped_before) FILTER (WHERE table_name = 'speed_test') AS speed_test,
               max(dropped_before) FILTER (WHERE table_name = 'path_check') AS path_check,
               max(dropped_before) FILTER (WHERE table_name = 'page_check') AS page_check,
               max(dropped_before) FILTER (WHERE table_name = 'presence') AS presence
        FROM retention
    ) kept
) wanted
LEFT JOIN school_summary known USING (school_id, period, starts_on)
CROSS JOIN LATERAL (
    SELECT f.tests, f.valid_tests, f.failed_tests,
           (SELECT jsonb_object_agg(reason, n)
            FROM (SELECT reason, count(*) AS n FROM unnest(f.invalid_reasons) AS reason
                  GROUP BY reason) by_reason),
           f.test_bytes, f.software,
           f.download[1], f.download[2], f.download[3], f.upload[1], f.upload[2], f.upload[3],
           f.rtt_loaded[1], f.rtt_loaded[2], f.rtt_loaded[3]
    FROM (
        SELECT count(*)::int AS tests,
               (count(*) FILTER (WHERE valid))::int AS valid_tests,
               (count(*) FILTER (WHERE outcome = 'failed' AND invalid_reason IS NULL))::int
                   AS failed_tests,
               array_agg(invalid_reason) FILTER (WHERE invalid_reason IS NOT NULL)
                   AS invalid_reasons,
               coalesce(max(all_bytes), 0)::bigint AS test_bytes,
               CASE WHEN max(rank) = 1 THEN 'giga_meter' END AS software,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY download_mbps)
                   FILTER (WHERE valid) AS download,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY upload_mbps)
                   FILTER (WHERE valid) AS upload,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY rtt_loaded_ms)
                   FILTER (WHERE valid) AS rtt_loaded
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
    ) f
    WHERE wanted.tests_kept
    UNION ALL
    SELECT coalesce(known.tests, 0), coalesce(known.valid_tests, 0),
           coalesce(known.failed_tests, 0), known.invalid_tests, coalesce(known.test_bytes, 0),
           known.software,
           known.download_p5_mbps, known.download_median_mbps, known.download_p95_mbps,
           known.upload_p5_mbps, known.upload_median_mbps, known.upload_p95_mbps,
           known.rtt_loaded_p5_ms, known.rtt_loaded_median_ms, known.rtt_loaded_p95_ms
    WHERE NOT wanted.tests_kept
) speed
CROSS JOIN LATERAL (
    SELECT f.path_checks, f.loss_ratio, f.rtt[1], f.rtt[2], f.rtt[3],
           f.jitter[1], f.jitter[2], f.jitter[3], f.loss[1], f.loss[2], f.loss[3]
    FROM (
        SELECT count(*)::int AS path_checks,
               sum(sent - received)::double precision / nullif(sum(sent), 0) AS loss_ratio,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY rtt_median_ms) AS rtt,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY jitter_ms) AS jitter,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY loss_ratio) AS loss
        FROM (
            SELECT p.*, first_value(method) OVER (ORDER BY of_method DESC, method) AS answered
            FROM (
                SELECT p.*, count(*) FILTER (WHERE received > 0) OVER (PARTITION BY method) AS of_method
                FROM path_check p
                WHERE p.school_id = wanted.school_id
                  AND p.measured_at >= wanted.begins_at AND p.measured_at < wanted.ends_at
                  AND p.outcome = 'ok' AND p.invalid_reason IS NULL AND p.target_kind = 'server'
            ) p
        ) p
        WHERE received = 0 OR method = answered
    ) f
    WHERE wanted.paths_kept
    UNION ALL
    SELECT coalesce(known.path_checks, 0), known.loss_ratio,
           known.rtt_p5_ms, known.rtt_median_ms, known.rtt_p95_ms,
           known.jitter_p5_ms, known.jitter_median_ms, known.jitter_p95_ms,
           known.loss_p5_ratio, known.loss_median_ratio, known.loss_p95_ratio
    WHERE NOT wanted.paths_kept
) path
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.bytes_down), 0)::bigint
    FROM page_check p
    WHERE p.school_id = wanted.school_id
      AND p.measured_at >= wanted.begins_at AND p.measured_at < wanted.ends_at
    HAVING wanted.pages_kept
    UNION ALL
    SELECT coalesce(known.page_bytes, 0) WHERE NOT wanted.pages_kept
) pages
CROSS JOIN LATERAL (
    SELECT wanted.open_s, wanted.online_s, wanted.lan_down_s, wanted.isp_down_s,
           wanted.service_down_s, wanted.off_s
    WHERE wanted.period = 'day' AND wanted.presence_kept
    UNION ALL
    SELECT coalesce(known.open_s, wanted.open_s), coalesce(known.online_s, 0),
           coalesce(known.lan_down_s, 0), coalesce(known.isp_down_s, 0),
           coalesce(known.service_down_s, 0), coalesce(known.off_s, 0)
    WHERE wanted.period = 'day' AND NOT wanted.presence_kept
    UNION ALL
    SELECT wanted.open_s, coalesce(sum(d.online_s), 0)::bigint,
           coalesce(sum(d.lan_down_s), 0)::bigint, coalesce(sum(d.isp_down_s), 0)::bigint,
           coalesce(sum(d.service_down_s), 0)::bigint, coalesce(sum(d.off_s), 0)::bigint
    FROM school_summary d
    WHERE d.school_id = wanted.school_id AND d.period = 'day'
      AND d.starts_on >= wanted.starts_on AND d.starts_on < wanted.ends_on
    HAVING wanted.period <> 'day'
) presence
ORDER BY wanted.school_id, wanted.period, wanted.starts_on
ON CONFLICT (school_id, period, starts_on) DO UPDATE SET
    tests = excluded.tests, valid_tests = excluded.valid_tests,
    failed_tests = excluded.failed_tests, invalid_tests = excluded.invalid_tests,
    test_bytes = excluded.test_bytes, software = excluded.software,
    download_p5_mbps = excluded.download_p5_mbps,
    download_median_mbps = excluded.download_median_mbps,
    download_p95_mbps = excluded.download_p95_mbps,
    upload_p5_mbps = excluded.upload_p5_mbps, upload_median_mbps = excluded.upload_median_mbps,
    upload_p95_mbps = excluded.upload_p95_mbps,
    rtt_loaded_p5_ms = excluded.rtt_loaded_p5_ms,
    rtt_loaded_median_ms = excluded.rtt_loaded_median_ms,
    rtt_loaded_p95_ms = excluded.rtt_loaded_p95_ms,
    path_checks = excluded.path_checks, loss_ratio = excluded.loss_ratio,
    rtt_p5_ms = excluded.rtt_p5_ms, rtt_median_ms = excluded.rtt_median_ms,
    rtt_p95_ms = excluded.rtt_p95_ms,
    jitter_p5_ms = excluded.jitter_p5_ms, jitter_median_ms = excluded.jitter_median_ms,
    jitter_p95_ms = excluded.jitter_p95_ms,
    loss_p5_ratio = excluded.loss_p5_ratio, loss_median_ratio = excluded.loss_median_ratio,
    loss_p95_ratio = excluded.loss_p95_ratio,
    page_bytes = excluded.page_bytes, open_s = excluded.open_s, online_s = excluded.online_s,
    lan_down_s = excluded.lan_down_s, isp_down_s = excluded.isp_down_s,
    service_down_s = excluded.service_down_s, off_s = excluded.off_s
