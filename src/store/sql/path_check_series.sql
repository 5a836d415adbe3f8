-- How did small packets fare at each stage of a school's path, day by day? Series of different targets,
-- methods, vantages and time-outs are never mixed. A check that nobody answered is of no method (the
-- probe changes to TCP only where TCP answers): it counts in the method that was answered most that day,
-- so that a dead hour shows as loss of the series that people look at.
WITH checks AS MATERIALIZED (
    SELECT (measured_at AT TIME ZONE $3)::date AS day, *
    FROM path_check
    WHERE school_id = $1 AND measured_at >= $2 AND invalid_reason IS NULL
), answered AS (
    SELECT DISTINCT ON (day, vantage, target_kind, target)
           day, vantage, target_kind, target, method
    FROM checks
    WHERE received > 0
    GROUP BY day, vantage, target_kind, target, method
    ORDER BY day, vantage, target_kind, target, count(*) DESC, method
), placed AS (
    SELECT c.*, CASE WHEN c.received = 0 THEN coalesce(a.method, c.method) ELSE c.method END AS of_method
    FROM checks c
    LEFT JOIN answered a USING (day, vantage, target_kind, target)
)
SELECT day, vantage, target_kind, target, of_method AS method, timeout_ms,
       count(*)::int AS checks,
       (count(*) FILTER (WHERE outcome = 'failed'))::int AS failed_checks,
       coalesce(sum(sent) FILTER (WHERE outcome = 'ok'), 0)::bigint AS sent,
       coalesce(sum(received) FILTER (WHERE outcome = 'ok'), 0)::bigint AS received,
       min(rtt_min_ms) AS rtt_min_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY rtt_median_ms) AS rtt_median_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY rtt_p95_ms) AS rtt_p95_ms,
       max(rtt_max_ms) AS rtt_max_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY jitter_ms) AS jitter_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY pdv_p95_ms) AS pdv_p95_ms,
       (sum(sent - received) FILTER (WHERE outcome = 'ok'))::double precision
           / nullif(sum(sent) FILTER (WHERE outcome = 'ok'), 0) AS loss_ratio,
       max(measured_at) AS newest_at
FROM placed
GROUP BY day, vantage, target_kind, target, of_method, timeout_ms
ORDER BY day DESC, newest_at DESC, target_kind, target, method
LIMIT $4
