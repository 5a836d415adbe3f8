-- What did a measurement server see of one direction of a test?
INSERT INTO seen_transfer (started_at, measurement_id, direction, duration_ms, bytes, tcp_bytes,
                           retransmitted_bytes, rtt_min_ms, peak_mbps, contended, ending,
                           client_name, server)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
