-- Which rows of one level stand within the radius of another under the same or a similar name? Both
-- of a pair are named, each with the nearest one. Metres on the spheroid; cells, names and degrees
-- only narrow down whom to measure.
INSERT INTO import_finding (import_id, row_number, severity, code, field, value, message, origin)
SELECT $1, n.row_number, CASE WHEN n.same THEN 'warning' ELSE 'info' END,
       CASE WHEN n.same THEN 'same_name_nearby' ELSE 'similar_name_nearby' END, $5, n.name,
       format(CASE WHEN n.same THEN $6 ELSE $7 END, n.other_row, n.other_name, n.distance_m),
       'registry'
FROM (
    SELECT DISTINCT ON (row_number) *
    FROM (
        SELECT p.row_number, r.name, p.other_row, o.name AS other_name, p.same,
               round(ST_Distance(p.here, p.there)) AS distance_m
        FROM (
            SELECT a.row_number, b.row_number AS other_row, true AS same,
                   a.location::geography AS here, b.location::geography AS there
            FROM reach a
            JOIN spot b ON b.cell_x = a.cell_x AND b.cell_y = a.cell_y AND b.name = a.name
                       AND b.level = a.level
            WHERE a.row_number <> b.row_number AND NOT a.common
              AND ST_DWithin(a.location::geography, b.location::geography, $2::double precision)
            UNION ALL
            SELECT a.row_number, b.row_number, false, a.location::geography,
                   b.location::geography
            FROM reach a
            JOIN spot b ON b.cell_x = a.cell_x AND b.cell_y = a.cell_y AND b.level = a.level
            WHERE NOT a.crowded AND NOT b.crowded AND a.name <> b.name
              AND CASE WHEN abs(a.y - b.y) <= $2::double precision / 110000
                       THEN similarity(a.name, b.name) >= $4::double precision END
              AND ST_DWithin(a.location::geography, b.location::geography, $2::double precision)
        ) p
        JOIN staged_school r ON r.import_number = $3 AND r.row_number = p.row_number
        JOIN staged_school o ON o.import_number = $3 AND o.row_number = p.other_row
    ) q
    ORDER BY row_number, same DESC, distance_m, other_row
) n
