-- Which schools cannot be where the list says? They keep what it says as text.
WITH outside AS (
    INSERT INTO staged_displaced (import_number, row_number, location)
    SELECT import_number, row_number, location
    FROM staged_school
    WHERE import_number = $1 AND row_number = ANY ($2::integer[])
    RETURNING row_number
)
UPDATE staged_school r
SET location = NULL, location_problem = 'outside_country'
FROM outside o
WHERE r.import_number = $1 AND r.row_number = o.row_number
