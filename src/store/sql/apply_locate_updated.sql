-- Where do the schools lie whose row changed them?
INSERT INTO located (school_id, location)
SELECT v.school_id, s.location
FROM staged_verdict v
JOIN school s ON s.id = v.school_id
WHERE v.import_number = $1 AND v.verdict = 'updated'
