-- Which schools cannot be where the list says? They keep what it says as text.
UPDATE incoming
SET location = NULL,
    location_problem = 'outside_country',
    attributes = attributes || jsonb_strip_nulls(jsonb_build_object(
        'longitude_as_stated', stated_longitude, 'latitude_as_stated', stated_latitude))
WHERE row_number = ANY ($1::integer[])
