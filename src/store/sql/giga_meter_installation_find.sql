-- Which probe of this school is this installation?
SELECT p.id
FROM giga_meter_installation i
JOIN probe p ON p.id = i.probe_id
WHERE i.installation_hash = $2 AND p.school_id = $1
ORDER BY p.enrolled_at, p.id
LIMIT 1
