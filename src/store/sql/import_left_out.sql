-- Which schools stand on the map, in no area, and more than $2 metres beyond the border of the
-- shallowest level that is known? Metres on the spheroid.
SELECT s.id, s.name, near.name AS nearest_name, near.distance_m
FROM located l
JOIN school s ON s.id = l.school_id AND s.merged_into IS NULL
CROSS JOIN LATERAL (
    SELECT a.name, ST_Distance(a.geometry::geography, l.location::geography) AS distance_m
    FROM area a
    WHERE a.country_code = $1 AND a.retired_at IS NULL
      AND a.level = (SELECT min(level) FROM area WHERE country_code = $1 AND retired_at IS NULL)
    ORDER BY a.geometry::geography <-> l.location::geography
    LIMIT 1
) near
WHERE l.location IS NOT NULL
  AND NOT EXISTS (SELECT FROM covered c WHERE c.school_id = l.school_id)
  AND near.distance_m > $2
ORDER BY s.id
