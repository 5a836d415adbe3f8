-- How many schools of the country lie in an area of each level?
SELECT a.level, count(s.school_id) AS schools
FROM area a
LEFT JOIN school_area s ON s.area_id = a.id
WHERE a.country_code = $1 AND a.retired_at IS NULL
GROUP BY a.level
