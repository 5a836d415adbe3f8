-- In which layers do things lie that moved or went?
SELECT DISTINCT p.layer
FROM infrastructure_part p
JOIN touched t ON t.id = p.infrastructure_id
ORDER BY p.layer
