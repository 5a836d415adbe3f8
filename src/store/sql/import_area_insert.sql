-- Which areas are new?
INSERT INTO area (id, country_code, level, match_key, code, name, names, geometry, attributes,
                  population, population_year, parent_code_stated, parent_name_stated, import_id,
                  valid_from)
SELECT area_id, $1, $2, match_key, code, name, names, geometry, attributes, population,
       population_year, parent_code, parent_name, $3, $4
FROM incoming_area
WHERE created
ORDER BY row_number
