-- Which schools does Giga know by this id? A list may state it in other letters than the app sends; our
-- own id will do where Giga has none.
SELECT s.id, s.name, s.country_code
FROM school s
WHERE s.merged_into IS NULL
  AND (s.id = $3
       OR s.id IN (SELECT school_id FROM school_alias
                   WHERE scheme = 'giga' AND value IN ($1, $2)))
ORDER BY s.country_code, s.id
LIMIT 10
