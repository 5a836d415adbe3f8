-- What areas does a country have on a level? Fifteen decimals lose nothing of a double.
SELECT name, code, names, population, attributes, ST_AsGeoJSON(geometry, 15) AS geometry
FROM area
WHERE country_code = $1 AND level = $2 AND retired_at IS NULL
ORDER BY name, id
