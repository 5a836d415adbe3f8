-- Which tests did a school's probes take last, and whose program is each probe?
SELECT measured_at, received_at, outcome, failed_stage, download_mbps, upload_mbps, rtt_min_ms,
       rtt_loaded_ms, invalid_reason, in_opening_hours, vantage, server, protocol, time_basis,
       (SELECT p.software FROM probe p WHERE p.id = t.probe_id) AS software
FROM speed_test t
WHERE school_id = $1 AND measured_at >= $2
ORDER BY measured_at DESC, received_at DESC, sequence DESC
LIMIT $3
