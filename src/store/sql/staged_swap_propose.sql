-- Which rows would lie in the country with latitude and longitude swapped?
INSERT INTO staged_repair (import_number, row_number, kind, stated, location, accepted)
SELECT $1, r.row_number, 'swapped_coordinates',
       concat(r.stated_latitude, ', ', r.stated_longitude), ST_FlipCoordinates(r.location), false
FROM staged_school r
WHERE r.import_number = $1 AND r.row_number = ANY ($2::integer[])
ON CONFLICT (import_number, row_number, kind) DO NOTHING
