-- Which known things lie somewhere else now, and which are gone? Those that the source spoke of,
-- for the country of the file or for all if it is of none, and is silent on now.
INSERT INTO touched (id, gone)
SELECT id, false FROM incoming_infrastructure WHERE moved
UNION ALL
SELECT f.id, true
FROM infrastructure_dataset d
JOIN infrastructure f ON f.dataset_id = d.id
WHERE d.kind = $1 AND d.source = $2 AND ($3::text IS NULL OR d.country_code = $3)
  AND NOT EXISTS (SELECT FROM incoming_infrastructure i WHERE i.id = f.id)
