-- What was known of the schools before the import? It is known again.
UPDATE school s
SET name = c.before->>'name',
    location = CASE WHEN c.before->>'longitude' IS NOT NULL
        THEN ST_SetSRID(ST_MakePoint((c.before->>'longitude')::double precision,
                                     (c.before->>'latitude')::double precision), 4326) END,
    location_problem = c.before->>'location_problem',
    education_level = c.before->>'education_level',
    student_count = (c.before->>'student_count')::integer,
    connectivity_declared = c.before->>'connectivity_declared',
    attributes = c.before->'attributes',
    updated_at = now()
FROM school_change c
WHERE c.import_id = $1 AND c.kind = 'updated' AND s.id = c.school_id
