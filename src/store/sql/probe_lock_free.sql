-- The same of those probes that nobody else is changing now.
SELECT id, school_id, last_sequence, last_report_at, revoked_at IS NOT NULL AS revoked,
       presence_boot_id AS boot_id, presence_started_at AS started_at,
       presence_ended_at AS ended_at, presence_state AS state, presence_detail AS detail
FROM probe WHERE id = ANY ($1)
ORDER BY id
FOR UPDATE SKIP LOCKED
