-- Which areas are new?
INSERT INTO area (id, country_code, level, match_key, code, name, names, geometry, attributes)
SELECT area_id, $1, $2, match_key, code, name, names, geometry, attributes
FROM incoming_area
WHERE created
ORDER BY row_number
