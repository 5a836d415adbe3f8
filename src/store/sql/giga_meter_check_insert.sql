-- Which of these looks at the internet are new? One installation looks once at an instant.
INSERT INTO giga_meter_check (probe_id, checked_at, received_at, is_connected, latency_ms, failure,
                              in_opening_hours)
SELECT $1, r.*
FROM unnest($2::timestamptz[], $3::timestamptz[], $4::bool[], $5::float8[], $6::text[], $7::bool[]) AS r
ORDER BY 2
ON CONFLICT (probe_id, checked_at) DO NOTHING
RETURNING checked_at
