-- What are the parents made of? Pieces of at most 128 positions: to cut a ward from a country's
-- outline costs as much as the country has positions, to cut it from a piece costs nothing.
INSERT INTO parent_piece (parent_id, geometry)
SELECT p.id, ST_Subdivide(p.geometry, 128)
FROM area p
WHERE p.id IN (SELECT a.parent_id FROM nesting n JOIN area a ON a.id = n.area_id)
