-- Which span of each of these probes is its newest?
UPDATE probe p
SET presence_boot_id = r.boot_id, presence_started_at = r.started_at,
    presence_ended_at = r.ended_at, presence_state = r.state, presence_detail = r.detail
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[])
     AS r (id, boot_id, started_at, ended_at, state, detail)
WHERE p.id = r.id
