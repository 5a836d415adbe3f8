-- By which ids will each school be known? An id that is another school's stays there.
INSERT INTO school_alias (school_id, country_code, scheme, value)
SELECT v.school_id, $2, i.scheme, i.value
FROM staged_school r
JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                     AND v.verdict IN ('created', 'updated')
CROSS JOIN LATERAL (VALUES ('government', r.government_id), ('giga', r.giga_id),
                           ('osm', r.osm_id), ('import', r.import_key)) i (scheme, value)
WHERE r.import_number = $1 AND i.value IS NOT NULL
ON CONFLICT DO NOTHING
