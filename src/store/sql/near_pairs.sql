-- Which rows of one level stand within the radius of another under the same or a similar name? Both
-- of a pair are named, each with the nearest one. Metres on the spheroid; cells, names and degrees
-- only narrow down whom to measure. Where rows are crowded only same names are compared, and of the
-- rest each pair of a cell once.
INSERT INTO import_finding (import_id, row_number, severity, code, field, value, message, origin)
WITH around AS NOT MATERIALIZED (
    SELECT row_number, name, level, x, y, cell_x, cell_y, crowded, common, true AS here FROM spot
    UNION ALL
    SELECT row_number, name, level, x, y, cell_x, cell_y, crowded, common, false FROM reach
), crowd AS MATERIALIZED (
    SELECT * FROM around WHERE crowded
)
SELECT $1, n.row_number, CASE WHEN n.same THEN 'warning' ELSE 'info' END,
       CASE WHEN n.same THEN 'same_name_nearby' ELSE 'similar_name_nearby' END, $5, n.name,
       format(CASE WHEN n.same THEN $6 ELSE $7 END, n.other_row, n.other_name, n.distance_m),
       'registry'
FROM (
    SELECT DISTINCT ON (row_number) *
    FROM (
        SELECT p.row_number, r.name, p.other_row, o.name AS other_name, p.same,
               round(ST_Distance(r.location::geography, o.location::geography)) AS distance_m
        FROM (
            SELECT each.row_number, each.other_row, p.same
            FROM (
                SELECT a.row_number, b.row_number AS other_row, a.common, b.common AS other_common,
                       a.name = b.name AS same
                FROM spot a
                JOIN spot b ON b.cell_x = a.cell_x AND b.cell_y = a.cell_y AND b.level = a.level
                WHERE NOT a.crowded AND NOT b.crowded AND a.row_number < b.row_number
                  AND abs(a.x - b.x) <= a.reach_x AND abs(a.y - b.y) <= $2::double precision / 110000
                  AND (a.name = b.name OR similarity(a.name, b.name) >= $4::double precision)
            ) p
            CROSS JOIN LATERAL (
                VALUES (p.row_number, p.other_row, p.common),
                       (p.other_row, p.row_number, p.other_common)
            ) each (row_number, other_row, common)
            WHERE NOT (p.same AND each.common)
            UNION ALL
            SELECT a.row_number, b.row_number, a.name = b.name
            FROM reach a
            JOIN spot b ON b.cell_x = a.cell_x AND b.cell_y = a.cell_y AND b.level = a.level
            WHERE NOT a.crowded AND NOT b.crowded
              AND abs(a.x - b.x) <= a.reach_x AND abs(a.y - b.y) <= $2::double precision / 110000
              AND CASE WHEN a.name = b.name THEN NOT a.common
                       ELSE similarity(a.name, b.name) >= $4::double precision END
            UNION ALL
            SELECT a.row_number, b.row_number, true
            FROM crowd a
            JOIN spot b ON b.cell_x = a.cell_x AND b.cell_y = a.cell_y AND b.name = a.name
                       AND b.level = a.level
            WHERE NOT a.common AND a.row_number <> b.row_number
            UNION ALL
            SELECT a.row_number, b.row_number, true
            FROM crowd b
            JOIN around a ON a.cell_x = b.cell_x AND a.cell_y = b.cell_y AND a.name = b.name
                         AND a.level = b.level
            WHERE b.here AND NOT a.crowded AND NOT a.common
        ) p
        JOIN staged_school r ON r.import_number = $3 AND r.row_number = p.row_number
        JOIN staged_school o ON o.import_number = $3 AND o.row_number = p.other_row
        WHERE ST_DWithin(r.location::geography, o.location::geography, $2::double precision)
    ) q
    ORDER BY row_number, same DESC, distance_m, other_row
) n
