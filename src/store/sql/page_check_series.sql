-- How long did the first answers of the learning platforms take, day by day, and where did they fail?
SELECT (measured_at AT TIME ZONE $3)::date AS day, vantage, url,
       count(*)::int AS checks,
       (count(*) FILTER (WHERE outcome = 'failed'))::int AS failed_checks,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY dns_ms) FILTER (WHERE outcome = 'ok') AS dns_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY connect_ms) FILTER (WHERE outcome = 'ok')
           AS connect_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY tls_ms) FILTER (WHERE outcome = 'ok') AS tls_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY http_ms) FILTER (WHERE outcome = 'ok') AS http_ms,
       (array_agg(http_status ORDER BY measured_at DESC) FILTER (WHERE outcome = 'ok'))[1]
           AS http_status,
       (array_agg(failed_stage ORDER BY measured_at DESC) FILTER (WHERE outcome = 'failed'))[1]
           AS failed_stage,
       max(measured_at) AS newest_at
FROM page_check
WHERE school_id = $1 AND measured_at >= $2 AND invalid_reason IS NULL
GROUP BY 1, vantage, url
ORDER BY day DESC, url, vantage
LIMIT $4
