-- Which things are new?
INSERT INTO infrastructure (id, dataset_id, kind, match_key, name, status, operator, technology,
                            generations, range_m, geometry, attributes)
SELECT id, $1, $2, match_key, name, status, operator, technology, generations, range_m, geometry,
       attributes
FROM incoming_infrastructure
WHERE created
ORDER BY row_number
