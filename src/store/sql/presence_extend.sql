-- Until when does a probe's newest span go on?
UPDATE presence SET ended_at = $4
WHERE school_id = $1 AND probe_id = $2 AND started_at = $3
