-- Which span of a probe is its newest?
UPDATE probe
SET presence_boot_id = $2, presence_started_at = $3, presence_ended_at = $4, presence_state = $5,
    presence_detail = $6
WHERE id = $1
