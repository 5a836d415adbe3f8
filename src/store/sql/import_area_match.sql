-- Which known area is each, and does the file say anything new of it? Outlines are equal if every
-- position is. A retired area that is named again is in force again, which is new.
UPDATE incoming_area i
SET area_id = coalesce(a.id, o.new_id),
    created = a.id IS NULL,
    changed = a.id IS NOT NULL
        AND (a.retired_at IS NOT NULL
             OR (a.code, a.name, a.names, a.attributes, a.population, a.population_year,
                 a.parent_code_stated, a.parent_name_stated)
                 IS DISTINCT FROM (o.code, o.name, o.names, o.attributes, o.population,
                                   o.population_year, o.parent_code, o.parent_name)
             OR ST_AsBinary(a.geometry) <> ST_AsBinary(o.geometry))
FROM incoming_area o
LEFT JOIN area a ON a.country_code = $1 AND a.level = $2 AND a.match_key = o.match_key
WHERE o.row_number = i.row_number
