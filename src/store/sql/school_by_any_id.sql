-- Which school does a person mean by this id? A government id may occur in several countries. The
-- other ids of a merged school are its survivor's.
SELECT s.id, s.name, s.country_code
FROM school s
WHERE s.merged_into IS NULL
  AND (s.id = $1 OR s.id IN (SELECT school_id FROM school_alias WHERE value = $2))
ORDER BY s.country_code, s.name, s.id
LIMIT 10
