-- Which areas lie outside their parent by more than the share $1 of themselves? Shares of degrees
-- first, which are quick and nearly right, since child and cut lie on the same latitudes; what is
-- above a tenth of $1 is then measured on the spheroid. The part outside is measured itself, not as
-- a difference of two areas: an edge is straight in degrees and a geodesic on the spheroid, so that
-- areas of outlines with other positions differ.
WITH suspect AS MATERIALIZED (
    SELECT n.area_id
    FROM nesting n
    JOIN area c ON c.id = n.area_id
    LEFT JOIN parent_piece p ON p.parent_id = c.parent_id AND p.geometry && c.geometry
    WHERE c.parent_id IS NOT NULL
    GROUP BY n.area_id, c.id
    HAVING coalesce(sum(CASE
               WHEN ST_Covers(p.geometry, c.geometry) THEN ST_Area(c.geometry)
               ELSE ST_Area(ST_Intersection(c.geometry, p.geometry))
           END), 0) < ST_Area(c.geometry) * (1 - $1::float8 / 10)
), measured AS MATERIALIZED (
    SELECT c.id, c.parent_id, ST_Area(c.geometry::geography) AS all_m2,
           ST_Area(ST_Difference(c.geometry, (
               SELECT ST_Union(p.geometry) FROM parent_piece p
               WHERE p.parent_id = c.parent_id AND p.geometry && c.geometry))::geography)
               AS outside_m2
    FROM suspect s
    JOIN area c ON c.id = s.area_id
)
SELECT n.row_number, c.name, p.name AS parent_name, p.level AS parent_level,
       m.outside_m2 / m.all_m2 AS share, m.outside_m2
FROM measured m
JOIN nesting n ON n.area_id = m.id
JOIN area c ON c.id = m.id
JOIN area p ON p.id = m.parent_id
WHERE m.outside_m2 > m.all_m2 * $1
ORDER BY n.row_number, c.match_key
