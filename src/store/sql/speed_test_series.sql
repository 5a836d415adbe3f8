-- Which tests did a school's probes take last?
SELECT measured_at, received_at, outcome, failed_stage, download_mbps, upload_mbps, rtt_min_ms,
       rtt_loaded_ms, invalid_reason, in_opening_hours, vantage, server
FROM speed_test
WHERE school_id = $1 AND measured_at >= $2
ORDER BY measured_at DESC, received_at DESC, sequence DESC
LIMIT $3
