-- Where does each row lie? The antimeridian lies in the cell to its east, whichever way it is
-- written.
INSERT INTO spot (row_number, name, level, location, x, y, cell_x, cell_y, crowded, common)
WITH placed AS MATERIALIZED (
    SELECT row_number, name, level, location, x, y,
           CASE WHEN x < 180 THEN floor(x * 100) ELSE -18000 END::integer AS cell_x,
           floor(y * 100)::integer AS cell_y
    FROM (
        SELECT r.row_number, lower(r.name) AS name, coalesce(r.education_level, '') AS level,
               r.location, ST_X(r.location) AS x, ST_Y(r.location) AS y
        FROM staged_school r
        JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                             AND v.verdict <> 'rejected'
        WHERE r.import_number = $1 AND r.location IS NOT NULL
    ) p
), piles AS (
    SELECT x, y FROM placed GROUP BY x, y HAVING count(*) > $2
), cells AS (
    SELECT cell_x, cell_y FROM placed GROUP BY cell_x, cell_y HAVING count(*) > $3
), names AS (
    SELECT cell_x, cell_y, name, level
    FROM placed
    GROUP BY cell_x, cell_y, name, level
    HAVING count(*) > $4
)
SELECT p.row_number, p.name, p.level, p.location, p.x, p.y, p.cell_x, p.cell_y,
       d.x IS NOT NULL OR c.cell_x IS NOT NULL, n.cell_x IS NOT NULL
FROM placed p
LEFT JOIN piles d ON d.x = p.x AND d.y = p.y
LEFT JOIN cells c ON c.cell_x = p.cell_x AND c.cell_y = p.cell_y
LEFT JOIN names n ON n.cell_x = p.cell_x AND n.cell_y = p.cell_y AND n.name = p.name
                 AND n.level = p.level
