-- Which rows would lie in the country with latitude and longitude swapped? What the map proposed
-- before and nobody accepted is forgotten; what the globe itself proposes, a latitude beyond 90
-- degrees, came with the file.
WITH stale AS (
    DELETE FROM staged_repair
    WHERE import_number = $1 AND kind = 'swapped_coordinates' AND NOT accepted
      AND abs(ST_X(location)) <= 90 AND row_number <> ALL ($2::integer[])
)
INSERT INTO staged_repair (import_number, row_number, kind, stated, location, accepted)
SELECT $1, r.row_number, 'swapped_coordinates',
       concat(r.stated_latitude, ', ', r.stated_longitude), ST_FlipCoordinates(r.location), false
FROM staged_school r
WHERE r.import_number = $1 AND r.row_number = ANY ($2::integer[])
ON CONFLICT (import_number, row_number, kind) DO NOTHING
