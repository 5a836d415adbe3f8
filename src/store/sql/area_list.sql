-- Which areas does a country have on a level, and where do they lie?
SELECT id, country_code, name, names, code, level, parent_id, population, population_year,
       retired_at, ST_XMin(geometry) AS west, ST_YMin(geometry) AS south,
       ST_XMax(geometry) AS east, ST_YMax(geometry) AS north
FROM area
WHERE country_code = $1 AND level = $2 AND retired_at IS NULL
ORDER BY name, id
LIMIT $3
