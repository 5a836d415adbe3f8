-- Which areas do the new schools lie in?
INSERT INTO school_area (school_id, level, area_id)
SELECT a.new_id, a.level, a.area_id
FROM staged_area a
JOIN staged_verdict v ON v.import_number = $1 AND v.school_id = a.new_id
                     AND v.verdict = 'created'
WHERE a.import_number = $1
