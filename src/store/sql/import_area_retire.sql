-- Which areas of this level does the file end by not naming them? What they were is kept.
WITH retired AS (
    UPDATE area a
    SET retired_at = $3, parent_id = NULL, updated_at = now()
    FROM area o
    WHERE o.id = a.id AND a.country_code = $1 AND a.level = $2 AND a.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM incoming_area i WHERE i.area_id = a.id)
    RETURNING a.id, a.match_key, a.name, o.parent_id
), kept AS (
    INSERT INTO area_version (area_id, valid_from, valid_to, import_id, parent_id, code, name,
                              names, attributes, population, population_year, geometry)
    SELECT a.id, a.valid_from, greatest($3, a.valid_from), a.import_id, r.parent_id, a.code,
           a.name, a.names, a.attributes, a.population, a.population_year, a.geometry
    FROM retired r
    JOIN area a ON a.id = r.id
    ON CONFLICT (area_id, valid_from) DO NOTHING
)
SELECT name, match_key FROM retired ORDER BY match_key
