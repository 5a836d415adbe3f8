-- Which merged school does a person mean by this id: its own, or one that came with it?
SELECT s.id, s.name
FROM school s
WHERE s.merged_into IS NOT NULL
  AND (s.id = $1 OR s.id IN (SELECT merged_from FROM school_alias WHERE value = $2))
ORDER BY s.name, s.id
LIMIT 10
