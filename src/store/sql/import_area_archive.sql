-- What were the areas that the file changes, until now? A retired one was kept when it was retired.
INSERT INTO area_version (area_id, valid_from, valid_to, import_id, parent_id, code, name, names,
                          attributes, population, population_year, geometry)
SELECT a.id, a.valid_from, greatest($1, a.valid_from), a.import_id, a.parent_id, a.code, a.name,
       a.names, a.attributes, a.population, a.population_year, a.geometry
FROM area a
JOIN incoming_area i ON i.area_id = a.id
WHERE i.changed AND a.retired_at IS NULL
ON CONFLICT (area_id, valid_from) DO NOTHING
