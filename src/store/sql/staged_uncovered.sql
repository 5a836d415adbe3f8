-- How far from the country are the schools that no area of it covers? Metres on the spheroid to
-- the nearest area of the shallowest level that is known; degrees would stretch with latitude. And
-- does the country cover them with latitude and longitude swapped? Area by area, as in
-- import_cover: PostGIS then measures from a prepared outline.
WITH border AS MATERIALIZED (
    SELECT id, name, match_key, geometry, geometry::geography AS geography
    FROM area
    WHERE country_code = $2 AND retired_at IS NULL
      AND level = (SELECT min(level) FROM area WHERE country_code = $2 AND retired_at IS NULL)
), stray AS MATERIALIZED (
    SELECT row_number, location::geography AS geography, ST_FlipCoordinates(location) AS flipped,
           concat(stated_latitude, ', ', stated_longitude) AS stated
    FROM staged_school r
    WHERE import_number = $1 AND location IS NOT NULL
      AND NOT EXISTS (SELECT FROM staged_area c
                      WHERE c.import_number = $1 AND c.row_number = r.row_number)
)
SELECT DISTINCT ON (m.row_number) m.row_number, m.stated, m.distance_m, b.name AS nearest_name,
       min(b.name) FILTER (WHERE m.swapped) OVER (PARTITION BY m.row_number) AS swapped_name
FROM border b
CROSS JOIN LATERAL (
    SELECT s.row_number, s.stated, ST_Distance(b.geography, s.geography) AS distance_m,
           ST_Covers(b.geometry, s.flipped) AS swapped
    FROM stray s
    OFFSET 0
) m
ORDER BY m.row_number, m.distance_m, b.match_key
