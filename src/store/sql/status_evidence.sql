-- What does the trailing window hold on these schools? Tests in opening hours, since that is when
-- learners are there; all hours only where opening hours hold none, since a measured school is not
-- an unknown one. Series of two methods are never mixed: our own probes' count (`rank` 0), Giga Meter's
-- (1) where none of ours finished a test, a browser's (2) where no probe measures. Packets lost are read where
-- `$3` or the rule set asks for them, since there are many times more of them than of tests.
SELECT s.id AS school_id, s.connectivity_declared, s.student_count, s.education_level,
       s.attributes->>'connectivity_type' AS technology,
       s.attributes->>'num_students_busiest_shift' AS busiest_shift,
       b.id AS rule_set, b.version AS rule_version,
       coalesce(w.valid_tests, 0) AS valid_tests, coalesce(w.failed_tests, 0) AS failed_tests,
       coalesce(w.off_hours_only, false) AS off_hours_only,
       w.download_median, w.upload_median, w.rtt_median, w.retransmit_median, w.last_measured_at,
       w.software, loss.loss_ratio
FROM school s
JOIN country c ON c.code = s.country_code
CROSS JOIN LATERAL benchmark_in_force(
    s.country_code, ($2::timestamptz AT TIME ZONE c.time_zone)::date) f
JOIN benchmark_rule_set b ON b.id = f.rule_set AND b.version = f.version
LEFT JOIN LATERAL (
    SELECT (count(*) FILTER (WHERE outcome = 'ok'))::int AS valid_tests,
           (count(*) FILTER (WHERE outcome = 'failed'))::int AS failed_tests,
           bool_and(NOT any_in_hours) AS off_hours_only,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY download_mbps)
               FILTER (WHERE outcome = 'ok') AS download_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY upload_mbps)
               FILTER (WHERE outcome = 'ok') AS upload_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY rtt_min_ms)
               FILTER (WHERE outcome = 'ok') AS rtt_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY retransmit_ratio)
               FILTER (WHERE outcome = 'ok') AS retransmit_median,
           max(newest) AS last_measured_at,
           CASE WHEN max(rank) = 1 THEN 'giga_meter' END AS software
    FROM (
        SELECT t.*,
               -- Finished tests decide which hours count; without any, the failed ones do.
               coalesce(bool_or(t.in_opening_hours) FILTER (WHERE t.outcome = 'ok') OVER (),
                        bool_or(t.in_opening_hours) OVER ()) AS any_in_hours
        FROM (
            SELECT t.*,
                   coalesce(min(rank) FILTER (WHERE t.outcome = 'ok' AND rank < 2) OVER (),
                            min(rank) OVER ()) AS best_rank,
                   max(t.measured_at) FILTER (WHERE t.outcome = 'ok') OVER () AS newest
            FROM (
                SELECT t.*,
                       CASE WHEN t.vantage = 'browser' THEN 2
                            WHEN t.probe_id IN (SELECT p.id FROM probe p WHERE p.school_id = s.id
                                                AND p.software = 'giga_meter') THEN 1
                            ELSE 0 END AS rank
                FROM speed_test t
                WHERE t.school_id = s.id AND t.invalid_reason IS NULL
                  AND t.measured_at > $2::timestamptz - make_interval(days => c.window_days)
                  AND t.measured_at <= $2
            ) t
        ) t
        WHERE t.rank = t.best_rank
    ) t
    WHERE t.in_opening_hours OR NOT t.any_in_hours
    HAVING count(*) > 0
) w ON true
-- Packets to our server, by the method that it answered most; a check that nobody answered is of no method.
LEFT JOIN LATERAL (
    SELECT p.method
    FROM path_check p
    WHERE ($3 OR b.rules @> '[{"metric": "loss"}]')
      AND p.school_id = s.id AND p.outcome = 'ok' AND p.invalid_reason IS NULL
      AND p.target_kind = 'server' AND p.received > 0
      AND p.measured_at > $2::timestamptz - make_interval(days => c.window_days)
      AND p.measured_at <= $2
    GROUP BY p.method
    ORDER BY count(*) DESC, p.method
    LIMIT 1
) answered ON true
LEFT JOIN LATERAL (
    SELECT sum(p.sent - p.received)::double precision / nullif(sum(p.sent), 0) AS loss_ratio
    FROM path_check p
    WHERE ($3 OR b.rules @> '[{"metric": "loss"}]')
      AND p.school_id = s.id AND p.outcome = 'ok' AND p.invalid_reason IS NULL
      AND p.target_kind = 'server' AND (p.received = 0 OR p.method = answered.method)
      AND p.measured_at > $2::timestamptz - make_interval(days => c.window_days)
      AND p.measured_at <= $2
) loss ON true
WHERE s.id = ANY ($1::uuid[]) AND s.merged_into IS NULL
ORDER BY s.id
