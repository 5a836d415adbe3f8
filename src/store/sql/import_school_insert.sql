-- Which schools are new?
INSERT INTO school (id, country_code, name, location, location_problem, education_level,
                    student_count, connectivity_declared, attributes)
SELECT school_id, $1, coalesce(name, 'Unnamed school'), location, location_problem,
       education_level, student_count, connectivity, attributes
FROM incoming
WHERE created
ORDER BY row_number
