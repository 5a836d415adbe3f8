-- What did a measurement server see of each direction of tests? What is older than is kept is of no use.
INSERT INTO seen_transfer (started_at, measurement_id, direction, duration_ms, bytes, tcp_bytes,
                           retransmitted_bytes, rtt_min_ms, peak_mbps, contended, ending,
                           client_name, server)
SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[],
                     $6::bigint[], $7::bigint[], $8::float8[], $9::float8[], $10::boolean[],
                     $11::text[], $12::text[], $13::text[])
                     AS t (started_at)
WHERE t.started_at >= (SELECT kept_since('seen_transfer'))
