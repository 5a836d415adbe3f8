-- What does a source say of a kind, thing by thing?
SELECT f.match_key, f.name, f.status, f.operator, f.technology, f.generations, f.range_m,
       f.attributes, s.source, s.licence, s.as_of, s.country_code,
       ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude,
       CASE WHEN p.point IS NULL THEN ST_AsBinary(f.geometry, 'NDR') END AS geometry
FROM infrastructure f
JOIN infrastructure_dataset s ON s.id = f.dataset_id
LEFT JOIN LATERAL (
    SELECT f.geometry AS point WHERE ST_Dimension(f.geometry) = 0
) p ON true
WHERE f.kind = $1 AND ($2::text IS NULL OR s.source = $2)
  AND ($3::text IS NULL OR s.country_code = $3)
ORDER BY s.source, s.country_code, f.id
