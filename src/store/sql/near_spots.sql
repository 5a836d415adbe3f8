-- Where does each row lie? The antimeridian lies in the cell to its east, whichever way it is
-- written.
INSERT INTO spot (row_number, name, level, location, x, y, cell_x, cell_y)
SELECT row_number, name, level, location, x, y,
       CASE WHEN x < 180 THEN floor(x * 100) ELSE -18000 END::integer,
       floor(y * 100)::integer
FROM (
    SELECT r.row_number, lower(r.name) AS name, coalesce(r.education_level, '') AS level,
           r.location, ST_X(r.location) AS x, ST_Y(r.location) AS y
    FROM staged_school r
    JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                         AND v.verdict <> 'rejected'
    WHERE r.import_number = $1 AND r.location IS NOT NULL
) p
