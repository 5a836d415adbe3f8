-- In which cells do more rows lie than schools stand in a town? Said once a cell, at its first row.
INSERT INTO import_finding (import_id, row_number, severity, code, field, value, message, origin)
SELECT $1, first_row, 'info', 'cell_crowded', $3,
       format('%s, %s', cell_y / 100.0, cell_x / 100.0), format($4, row_count), 'registry'
FROM (
    SELECT cell_x, cell_y, count(*) AS row_count, min(row_number) AS first_row
    FROM spot
    GROUP BY cell_x, cell_y
    HAVING count(*) > $2
) c
