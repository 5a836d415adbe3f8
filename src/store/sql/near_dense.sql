-- Which rows stand where so many do that names tell little? On a pile of more than $1, in a cell of
-- more than $2, or under a name that more than $3 of one cell have.
WITH full_cells AS MATERIALIZED (
    SELECT cell_x, cell_y, count(*) AS row_count
    FROM spot
    GROUP BY cell_x, cell_y
    HAVING count(*) > least($1::bigint, $2::bigint, $3::bigint)
), dense AS MATERIALIZED (
    SELECT s.row_number, s.x, s.y, s.cell_x, s.cell_y, s.name, s.level, c.row_count
    FROM spot s
    JOIN full_cells c ON c.cell_x = s.cell_x AND c.cell_y = s.cell_y
), piles AS (
    SELECT x, y FROM dense GROUP BY x, y HAVING count(*) > $1
), names AS (
    SELECT cell_x, cell_y, name, level
    FROM dense
    GROUP BY cell_x, cell_y, name, level
    HAVING count(*) > $3
), found AS (
    SELECT d.row_number, p.x IS NOT NULL OR d.row_count > $2 AS crowded,
           n.cell_x IS NOT NULL AS common
    FROM dense d
    LEFT JOIN piles p ON p.x = d.x AND p.y = d.y
    LEFT JOIN names n ON n.cell_x = d.cell_x AND n.cell_y = d.cell_y AND n.name = d.name
                     AND n.level = d.level
)
UPDATE spot s
SET crowded = f.crowded, common = f.common
FROM found f
WHERE s.row_number = f.row_number AND (f.crowded OR f.common)
