-- What can distances to the new and the moved things be measured to? Lines and outlines are cut at
-- their positions, into pieces of eight edges: a piece has a small box, so that the index leads to
-- the nearest at once, and no edge is bent by the cut. A piece ends where the next begins.
INSERT INTO infrastructure_part (infrastructure_id, layer, geography)
SELECT i.id, l.id, p.geometry::geography
FROM incoming_infrastructure i
JOIN infrastructure_layer l
  ON l.kind = $1
 AND l.planned = (i.status IN ('planned', 'under_construction'))
 AND (l.generation = ANY (i.generations)
      OR l.generation IS NULL AND i.generations = '{}')
CROSS JOIN LATERAL (
    SELECT i.geometry WHERE ST_Dimension(i.geometry) = 0
    UNION ALL
    SELECT ST_MakeLine(d.geom ORDER BY d.place)
    FROM (
        SELECT geom, path[:cardinality(path) - 1] AS line, path[cardinality(path)] - 1 AS place
        FROM ST_DumpPoints(i.geometry)
        WHERE ST_Dimension(i.geometry) > 0
    ) d
    CROSS JOIN LATERAL (
        SELECT d.place / 8 AS piece
        UNION ALL
        SELECT d.place / 8 - 1 WHERE d.place % 8 = 0 AND d.place > 0
    ) c
    GROUP BY d.line, c.piece
    HAVING count(*) > 1
) p
WHERE (i.created OR i.moved) AND i.status <> 'retired'
