-- Which areas of a country are in force, level by level, in which parent and with how many schools?
SELECT a.id, a.level, a.code, a.name, a.population, p.name AS parent_name,
       (SELECT count(*) FROM school_area s WHERE s.area_id = a.id) AS schools,
       count(*) OVER () AS total
FROM area a
LEFT JOIN area p ON p.id = a.parent_id
WHERE a.country_code = $1 AND a.retired_at IS NULL AND ($2::smallint IS NULL OR a.level = $2)
ORDER BY a.level, a.name, a.id
LIMIT $3
