-- Which areas does a country have on a level, and where do they lie?
SELECT id, country_code, name, code, level, parent_id, ST_XMin(geometry) AS west,
       ST_YMin(geometry) AS south, ST_XMax(geometry) AS east, ST_YMax(geometry) AS north
FROM area
WHERE country_code = $1 AND level = $2
ORDER BY name, id
LIMIT $3
