-- Where does each row lie, and in which cell of a hundredth of a degree? The antimeridian lies at
-- -180, whichever way it is written. A level that is not stated is blank, so that cells, levels and
-- names are joined by hash; in the order of cells, so that neighbours are read together. As a new
-- table, because only that is filled by all processors.
CREATE TEMP TABLE spot ON COMMIT DROP AS
SELECT row_number, name, level, x, y,
       -- As far as the radius reaches, in degrees of longitude.
       $2::double precision / 110000 / greatest(cos(radians(abs(y) + 0.002)), 0.02) AS reach_x,
       floor(x * 100)::integer AS cell_x, floor(y * 100)::integer AS cell_y,
       -- Stands on a point or in a cell with so many others that names are not compared one by one.
       false AS crowded,
       -- Has a name that so many in its cell have that nobody pairs them.
       false AS common
FROM (
    SELECT r.row_number, lower(r.name) COLLATE "C" AS name,
           coalesce(r.education_level, '') COLLATE "C" AS level,
           CASE WHEN ST_X(r.location) < 180 THEN ST_X(r.location) ELSE -180 END AS x,
           ST_Y(r.location) AS y
    FROM staged_school r
    JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                         AND v.verdict <> 'rejected'
    WHERE r.import_number = $1 AND r.location IS NOT NULL
) p
ORDER BY cell_x, cell_y
