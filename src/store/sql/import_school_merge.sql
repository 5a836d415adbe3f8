-- What will be known of each known school, and does that differ from what is known? What the file
-- has no column for stays as it is; an attribute that the file has a column for and that is blank
-- now is gone.
UPDATE incoming i
SET name = n.name,
    education_level = n.education_level,
    student_count = n.student_count,
    connectivity = n.connectivity,
    attributes = n.attributes,
    changed = (s.name, s.location, s.location_problem, s.education_level, s.student_count,
               s.connectivity_declared, s.attributes)
        IS DISTINCT FROM (n.name, i.location, i.location_problem, n.education_level,
                          n.student_count, n.connectivity, n.attributes)
        OR EXISTS (
            SELECT FROM incoming_alias a
            WHERE a.row_number = i.row_number AND NOT EXISTS (
                SELECT FROM school_alias k
                WHERE k.country_code = $1 AND k.scheme = a.scheme AND k.value = a.value))
FROM school s
JOIN incoming o ON o.school_id = s.id
CROSS JOIN LATERAL (
    SELECT coalesce(o.name, s.name) AS name,
           CASE WHEN $2 THEN o.education_level ELSE s.education_level END AS education_level,
           CASE WHEN $3 THEN o.student_count ELSE s.student_count END AS student_count,
           CASE WHEN $4 THEN o.connectivity ELSE s.connectivity_declared END AS connectivity,
           (s.attributes - $5::text[]) || o.attributes AS attributes
) n
WHERE s.id = i.school_id AND NOT i.created AND o.row_number = i.row_number
