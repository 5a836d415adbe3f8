-- What does each area of the country lie in? The area of the nearest shallower level that covers a
-- point of its surface: outlines of two levels never agree to the last metre, so that no area
-- covers all of another. All levels, since files may come in any order.
WITH child AS MATERIALIZED (
    SELECT id, level, ST_PointOnSurface(geometry) AS point
    FROM area
    WHERE country_code = $1 AND retired_at IS NULL
), parent AS MATERIALIZED (
    SELECT DISTINCT ON (c.id) c.id, p.id AS parent_id
    FROM child c
    LEFT JOIN area p ON p.country_code = $1 AND p.retired_at IS NULL AND p.level < c.level
                    AND ST_Covers(p.geometry, c.point)
    ORDER BY c.id, p.level DESC, p.match_key
)
UPDATE area a
SET parent_id = p.parent_id
FROM parent p
WHERE a.id = p.id AND a.parent_id IS DISTINCT FROM p.parent_id
