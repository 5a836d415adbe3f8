-- Which areas lie in no area of the level above them, though that level is known?
SELECT n.row_number, a.name, n.parent_level, p.name AS parent_name
FROM nesting n
JOIN area a ON a.id = n.area_id
LEFT JOIN area p ON p.id = a.parent_id
WHERE n.parent_level IS NOT NULL AND p.level IS DISTINCT FROM n.parent_level
ORDER BY n.row_number, a.match_key
