-- Which things of infrastructure are in sight, one page by id?
SELECT f.id, f.kind, f.name, f.status, f.operator, f.technology, f.generations, f.range_m,
       s.source, s.licence, s.as_of, s.country_code, ST_AsGeoJSON(f.geometry, 7) AS geometry
FROM infrastructure f
JOIN infrastructure_dataset s ON s.id = f.dataset_id
WHERE ($1::text IS NULL OR f.kind = $1)
  AND ($2::float8[] IS NULL
       OR ST_Intersects(f.geometry,
                        ST_MakeEnvelope(($2)[1], ($2)[2], ($2)[3], ($2)[4], 4326)))
  AND ($3::uuid IS NULL OR f.id > $3)
ORDER BY f.id
LIMIT $4
