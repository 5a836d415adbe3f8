-- Which known things does the file change?
UPDATE infrastructure f
SET dataset_id = $1, name = i.name, status = i.status, operator = i.operator,
    technology = i.technology, generations = i.generations, range_m = i.range_m,
    geometry = i.geometry, attributes = i.attributes, updated_at = now()
FROM incoming_infrastructure i
WHERE i.id = f.id AND i.changed
