-- Which known schools does the list change?
UPDATE school s
SET name = i.name, location = i.location, location_problem = i.location_problem,
    education_level = i.education_level, student_count = i.student_count,
    connectivity_declared = i.connectivity, attributes = i.attributes, updated_at = now()
FROM incoming i
WHERE i.school_id = s.id AND i.changed
