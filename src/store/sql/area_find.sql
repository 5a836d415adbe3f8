-- What is known of one area, retired or not?
SELECT id, country_code, name, names, code, level, parent_id, population, population_year,
       retired_at, ST_XMin(geometry) AS west, ST_YMin(geometry) AS south,
       ST_XMax(geometry) AS east, ST_YMax(geometry) AS north
FROM area
WHERE id = $1
