-- Which rows are about a school that another row is about too? Two ids of one school may stand in two
-- rows. The one with the better id is taken, of two as good the first; the others are not.
UPDATE staged_verdict v
SET verdict = 'rejected'
FROM (
    SELECT row_number,
           first_value(row_number) OVER (
               PARTITION BY school_id
               ORDER BY array_position(
                   '{schoolbeat,government,giga,osm,import,position_and_name}'::text[], matched_by),
                   row_number) AS first_row
    FROM staged_verdict
    WHERE import_number = $1 AND school_id IS NOT NULL
) f
WHERE v.import_number = $1 AND v.row_number = f.row_number AND f.first_row <> f.row_number
RETURNING v.row_number, f.first_row
