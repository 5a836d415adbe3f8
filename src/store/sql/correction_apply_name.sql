-- What is the school called from now on?
UPDATE school s
SET name = c.name, updated_at = now()
FROM school_correction c
WHERE c.id = $1 AND s.id = c.school_id
