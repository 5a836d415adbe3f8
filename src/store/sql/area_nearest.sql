-- In which area of the country does a position lie, or how far is it from the nearest one? Metres on
-- the spheroid to an outline of the shallowest level that is known; degrees would stretch with
-- latitude. An area of any level that covers it is enough, as for an import.
WITH here AS (
    SELECT ST_SetSRID(ST_MakePoint($2, $3), 4326) AS point
), covering AS (
    SELECT a.name, 0::double precision AS distance_m
    FROM area a, here
    WHERE a.country_code = $1 AND a.retired_at IS NULL AND ST_Covers(a.geometry, here.point)
    ORDER BY a.level, a.match_key
    LIMIT 1
), around AS (
    SELECT a.name, ST_Distance(a.geometry::geography, here.point::geography) AS distance_m
    FROM area a, here
    WHERE a.country_code = $1 AND a.retired_at IS NULL
      AND a.level = (SELECT min(level) FROM area
                     WHERE country_code = $1 AND retired_at IS NULL)
      AND NOT EXISTS (SELECT FROM covering)
    ORDER BY distance_m, a.match_key
    LIMIT 1
)
SELECT name, distance_m FROM covering
UNION ALL
SELECT name, distance_m FROM around
