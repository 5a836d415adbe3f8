-- Which attributes does any school of a country have?
SELECT DISTINCT jsonb_object_keys(attributes) AS name
FROM school
WHERE country_code = $1 AND merged_into IS NULL
ORDER BY name
