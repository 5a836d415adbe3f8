-- Which of a few schools lie within a coverage of this layer? School by school, by the index on
-- what is known.
INSERT INTO measured (school_id, layer, infrastructure_id, distance_m, certain)
SELECT m.school_id, $1, i.id, 0, true
FROM to_measure m
CROSS JOIN LATERAL (
    SELECT c.id
    FROM infrastructure c
    WHERE c.kind = 'coverage' AND ST_Covers(c.geometry, m.location)
      AND EXISTS (SELECT FROM infrastructure_part p
                  WHERE p.infrastructure_id = c.id AND p.layer = $1)
    ORDER BY c.id
    LIMIT 1
) i
