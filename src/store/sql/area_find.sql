-- What is known of one area?
SELECT id, country_code, name, code, level, parent_id, ST_XMin(geometry) AS west,
       ST_YMin(geometry) AS south, ST_XMax(geometry) AS east, ST_YMax(geometry) AS north
FROM area
WHERE id = $1
