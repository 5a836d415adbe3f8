-- Where do the schools lie that are as they were?
INSERT INTO located (school_id, location)
SELECT DISTINCT s.id, s.location
FROM school_change c
JOIN school s ON s.id = c.school_id
WHERE c.import_id = $1 AND c.kind = 'updated'
