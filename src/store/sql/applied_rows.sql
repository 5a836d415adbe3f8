-- What came of the rows of an import that was applied?
SELECT c.id, c.school_id, c.kind AS verdict, coalesce(s.name, c.before->>'name') AS name,
       ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude, NULL::text AS matched_by,
       NULL::real AS confidence, c.before, c.after
FROM school_change c
LEFT JOIN school s ON s.id = c.school_id
WHERE c.import_id = $1 AND c.id > $3 AND c.kind IN ('created', 'updated')
  AND ($2::text IS NULL OR c.kind = $2)
ORDER BY c.id
LIMIT $4
