-- Which schools are new?
INSERT INTO school (id, country_code, name, location, location_problem, education_level,
                    student_count, connectivity_declared, attributes)
SELECT r.new_id, $2, coalesce(r.name, 'Unnamed school'), r.location, r.location_problem,
       r.education_level, r.student_count, r.connectivity, staged_attributes(r)
FROM staged_school r
JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                     AND v.verdict = 'created'
WHERE r.import_number = $1
ORDER BY r.row_number
