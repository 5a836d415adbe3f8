-- Which known areas does the file change?
UPDATE area a
SET code = i.code, name = i.name, names = i.names, attributes = i.attributes,
    geometry = i.geometry, updated_at = now()
FROM incoming_area i
WHERE a.id = i.area_id AND i.changed
