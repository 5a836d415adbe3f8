-- Which schools lie within a coverage of this layer? Coverage by coverage: PostGIS then prepares an
-- outline once for many schools. In the plane, since the edges of an outline are straight in
-- longitude and latitude (RFC 7946, 3.1.1).
INSERT INTO measured (school_id, layer, infrastructure_id, distance_m, certain)
SELECT DISTINCT ON (m.school_id) m.school_id, $1, i.id, 0, true
FROM infrastructure i
CROSS JOIN LATERAL (
    SELECT s.school_id FROM to_measure s WHERE ST_Covers(i.geometry, s.location) OFFSET 0
) m
WHERE i.id IN (SELECT p.infrastructure_id FROM infrastructure_part p WHERE p.layer = $1)
ORDER BY m.school_id, i.id
