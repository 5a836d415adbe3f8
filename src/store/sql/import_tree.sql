-- How does the country's tree stand, level by level?
SELECT a.level, count(*) AS areas, count(a.parent_id) AS with_parent,
       coalesce(sum(s.schools), 0)::bigint AS schools
FROM area a
LEFT JOIN (
    SELECT area_id, count(*) AS schools FROM school_area GROUP BY area_id
) s ON s.area_id = a.id
WHERE a.country_code = $1 AND a.retired_at IS NULL
GROUP BY a.level
ORDER BY a.level
