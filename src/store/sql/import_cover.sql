-- Which area of each level covers each school? ST_Covers, because a school on a border is in the
-- country; where two areas share that border, the one with the smaller key, so that the answer is
-- the same everywhere and every time. OFFSET 0 keeps the join going area by area: PostGIS prepares
-- a polygon once for many points, and never again for the next one.
INSERT INTO covered (school_id, level, area_id)
SELECT DISTINCT ON (l.school_id, a.level) l.school_id, a.level, a.id
FROM area a
CROSS JOIN LATERAL (
    SELECT p.school_id FROM located p WHERE ST_Covers(a.geometry, p.location) OFFSET 0
) l
WHERE a.country_code = $1 AND a.retired_at IS NULL
ORDER BY l.school_id, a.level, a.match_key
