-- Which attributes does any thing of a kind have?
SELECT DISTINCT jsonb_object_keys(f.attributes) AS name
FROM infrastructure f
JOIN infrastructure_dataset s ON s.id = f.dataset_id
WHERE f.kind = $1 AND ($2::text IS NULL OR s.source = $2)
  AND ($3::text IS NULL OR s.country_code = $3)
ORDER BY name
