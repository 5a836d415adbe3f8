-- In which layers do things lie that are new or elsewhere now?
SELECT DISTINCT p.layer
FROM infrastructure_part p
JOIN incoming_infrastructure i ON i.id = p.infrastructure_id
WHERE i.created OR i.moved
ORDER BY p.layer
