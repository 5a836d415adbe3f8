-- What did an earlier comparison find? It is forgotten, and positions that it took off are put back.
WITH positions AS (
    DELETE FROM staged_displaced WHERE import_number = $1 RETURNING row_number, location
), put_back AS (
    UPDATE staged_school r
    SET location = p.location, location_problem = NULL
    FROM positions p
    WHERE r.import_number = $1 AND r.row_number = p.row_number
), areas AS (
    DELETE FROM staged_area WHERE import_number = $1
), findings AS (
    DELETE FROM import_finding WHERE import_id = $2 AND origin = 'registry'
)
DELETE FROM staged_verdict WHERE import_number = $1
