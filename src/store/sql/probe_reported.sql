-- How far are these probes' records stored, and when were they last heard of?
UPDATE probe p
SET last_sequence = r.last_sequence, last_report_at = r.received_at,
    clock_offset_ms = r.clock_offset_ms, software_version = r.software_version
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::text[])
     AS r (id, last_sequence, received_at, clock_offset_ms, software_version)
WHERE p.id = r.id
