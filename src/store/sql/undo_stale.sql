-- Whose verdict may rest on what is undone? The job that judges takes those of the epoch first.
UPDATE school_status t
SET computed_at = 'epoch'
FROM school_change c
WHERE c.import_id = $1 AND c.kind = 'updated' AND t.school_id = c.school_id
