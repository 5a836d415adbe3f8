-- How far are this probe's records stored, and when was it last heard of?
UPDATE probe
SET last_sequence = $2, last_report_at = $3, clock_offset_ms = $4, software_version = $5
WHERE id = $1
