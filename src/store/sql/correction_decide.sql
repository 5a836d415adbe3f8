-- Who decided about a correction, how and when?
UPDATE school_correction
SET state = $2, decided_by = $3, decided_at = $4, decision_note = $5
WHERE id = $1
