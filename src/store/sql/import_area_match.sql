-- Which known area is each, and does the file say anything new of it? Outlines are equal if every
-- position is.
UPDATE incoming_area i
SET area_id = coalesce(a.id, o.new_id),
    created = a.id IS NULL,
    changed = a.id IS NOT NULL
        AND ((a.code, a.name, a.names, a.attributes)
                 IS DISTINCT FROM (o.code, o.name, o.names, o.attributes)
             OR ST_AsBinary(a.geometry) <> ST_AsBinary(o.geometry))
FROM incoming_area o
LEFT JOIN area a ON a.country_code = $1 AND a.level = $2 AND a.match_key = o.match_key
WHERE o.row_number = i.row_number
