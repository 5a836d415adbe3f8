-- Where do the new schools lie?
INSERT INTO located (school_id, location)
SELECT v.school_id, r.location
FROM staged_verdict v
JOIN staged_school r ON r.import_number = $1 AND r.row_number = v.row_number
WHERE v.import_number = $1 AND v.verdict = 'created'
