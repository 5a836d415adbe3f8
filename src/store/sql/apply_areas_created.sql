-- Which areas do the new schools lie in?
INSERT INTO school_area (school_id, level, area_id)
SELECT v.school_id, a.level, a.id
FROM staged_area s
JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = s.row_number
                     AND v.verdict = 'created'
CROSS JOIN LATERAL unnest(s.area_ids) u (id)
JOIN area a ON a.id = u.id
WHERE s.import_number = $1
