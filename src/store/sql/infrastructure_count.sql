-- How many things of infrastructure are in sight, on all pages?
SELECT count(*) AS total
FROM infrastructure f
WHERE ($1::text IS NULL OR f.kind = $1)
  AND ($2::float8[] IS NULL
       OR ST_Intersects(f.geometry,
                        ST_MakeEnvelope(($2)[1], ($2)[2], ($2)[3], ($2)[4], 4326)))
