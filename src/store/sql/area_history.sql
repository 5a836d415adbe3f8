-- What was an area when, the latest first? Fifteen decimals lose nothing of a double. A retired
-- area has no present.
SELECT v.*, i.file_name, i.file_sha256
FROM (
    SELECT valid_from, NULL::timestamptz AS valid_to, import_id, parent_id, code, name, names,
           attributes, population, population_year,
           CASE WHEN $2 THEN ST_AsGeoJSON(geometry, 15) END AS geometry
    FROM area
    WHERE id = $1 AND retired_at IS NULL
    UNION ALL
    SELECT valid_from, valid_to, import_id, parent_id, code, name, names, attributes, population,
           population_year, CASE WHEN $2 THEN ST_AsGeoJSON(geometry, 15) END
    FROM area_version
    WHERE area_id = $1
) v
LEFT JOIN import i ON i.id = v.import_id
ORDER BY v.valid_from DESC
LIMIT $3
