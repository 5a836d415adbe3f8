-- Which rows state an id that is another school's? The id stays where it is.
SELECT r.row_number, i.scheme, i.value, other.name
FROM staged_school r
JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                     AND v.verdict IN ('updated', 'unchanged')
CROSS JOIN LATERAL (VALUES ('government', r.government_id), ('giga', r.giga_id),
                           ('osm', r.osm_id), ('import', r.import_key)) i (scheme, value)
JOIN school_alias a ON a.country_code = $2 AND a.scheme = i.scheme AND a.value = i.value
                   AND a.school_id <> v.school_id
JOIN school other ON other.id = a.school_id
WHERE r.import_number = $1
ORDER BY r.row_number, i.scheme
