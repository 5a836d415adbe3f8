-- Which known schools does the list change?
UPDATE school s
SET name = m.name, location = m.location, location_problem = m.location_problem,
    education_level = m.education_level, student_count = m.student_count,
    connectivity_declared = m.connectivity, attributes = m.attributes, updated_at = now()
FROM staged_merge($1, $2) m
JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = m.row_number
                     AND v.verdict = 'updated'
WHERE s.id = m.school_id
