-- Which known thing is each row, and does the row say something else of it? A file of one country
-- is matched with what its source said of that country, or of no country in particular; a file of
-- no country with all that its source said.
UPDATE incoming_infrastructure i
SET id = known.id,
    changed = (known.dataset_id, known.name, known.status, known.operator, known.technology,
               known.generations, known.range_m, known.geometry, known.attributes)
        IS DISTINCT FROM ($1, o.name, o.status, o.operator, o.technology, o.generations, o.range_m,
                          o.geometry, o.attributes),
    moved = (known.geometry, known.generations) IS DISTINCT FROM (o.geometry, o.generations)
        OR known.status IN ('planned', 'under_construction')
           <> (o.status IN ('planned', 'under_construction'))
        OR (known.status = 'retired') <> (o.status = 'retired')
FROM incoming_infrastructure o
JOIN LATERAL (
    SELECT f.*
    FROM infrastructure_dataset d
    JOIN infrastructure f ON f.dataset_id = d.id AND f.match_key = o.match_key
    WHERE d.kind = $2 AND d.source = $3
      AND ($4::text IS NULL OR d.country_code = $4 OR d.country_code IS NULL)
    ORDER BY (d.country_code IS NOT DISTINCT FROM $4) DESC, f.id
    LIMIT 1
) known ON true
WHERE o.row_number = i.row_number
