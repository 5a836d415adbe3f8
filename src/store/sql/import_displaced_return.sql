-- Which of those schools lie in the country as its areas are now, or at most $2 metres beyond the
-- border of its shallowest level? They come back; a plain position needs no text beside it.
UPDATE school s
SET location = p.location, location_problem = NULL, updated_at = now(),
    attributes = CASE
        WHEN p.keeps_texts THEN s.attributes
        ELSE s.attributes - '{longitude_as_stated,latitude_as_stated}'::text[]
    END
FROM (
    SELECT school_id, keeps_texts,
           ST_SetSRID(ST_MakePoint(longitude, latitude), 4326) AS location
    FROM unnest($3::uuid[], $4::float8[], $5::float8[], $6::boolean[])
        AS stated (school_id, longitude, latitude, keeps_texts)
) p
WHERE s.id = p.school_id
  AND (EXISTS (SELECT FROM area a
               WHERE a.country_code = $1 AND a.retired_at IS NULL
                 AND ST_Covers(a.geometry, p.location))
       OR EXISTS (SELECT FROM area a
                  WHERE a.country_code = $1 AND a.retired_at IS NULL
                    AND a.level = (SELECT min(level) FROM area
                                   WHERE country_code = $1 AND retired_at IS NULL)
                    AND ST_DWithin(a.geometry::geography, p.location::geography, $2)))
RETURNING s.id, s.name
