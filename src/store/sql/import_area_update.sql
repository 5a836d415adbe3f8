-- Which known areas does the file change?
UPDATE area a
SET code = i.code, name = i.name, names = i.names, attributes = i.attributes,
    geometry = i.geometry, population = i.population, population_year = i.population_year,
    parent_code_stated = i.parent_code, parent_name_stated = i.parent_name, import_id = $1,
    valid_from = $2, retired_at = NULL, updated_at = now()
FROM incoming_area i
WHERE a.id = i.area_id AND i.changed
