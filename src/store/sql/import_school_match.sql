-- Which known school is each row? The government's id speaks before Giga's, that before
-- OpenStreetMap's. The row's own id stands in for all of them where there is none.
UPDATE incoming i
SET location = ST_SetSRID(ST_MakePoint(i.longitude, i.latitude), 4326),
    school_id = known.school_id
FROM incoming o
LEFT JOIN (
    SELECT DISTINCT ON (a.row_number) a.row_number, s.school_id
    FROM incoming_alias a
    JOIN school_alias s ON s.country_code = $1 AND s.scheme = a.scheme AND s.value = a.value
    ORDER BY a.row_number, array_position('{government,giga,osm,import}'::text[], a.scheme)
) known ON known.row_number = o.row_number
WHERE o.row_number = i.row_number
