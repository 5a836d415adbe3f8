-- Where do the rows lie, from west and south to east and north?
SELECT ARRAY[ST_XMin(extent), ST_YMin(extent), ST_XMax(extent), ST_YMax(extent)] AS bounds
FROM (SELECT ST_Extent(location) AS extent FROM staged_school WHERE import_number = $1) e
WHERE extent IS NOT NULL
UNION ALL
SELECT NULL
LIMIT 1
