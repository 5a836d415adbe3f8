-- What did this person propose before that waits still?
UPDATE school_correction
SET state = 'withdrawn', decided_by = proposed_by, decided_at = $4
WHERE school_id = $1 AND field = $2 AND proposed_by = $3 AND state = 'pending'
