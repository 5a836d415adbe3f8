-- Where is the school from now on?
UPDATE school s
SET location = c.location, location_problem = NULL, updated_at = now()
FROM school_correction c
WHERE c.id = $1 AND s.id = c.school_id
