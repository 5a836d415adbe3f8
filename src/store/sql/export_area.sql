-- What areas does a country have on a level? Fifteen decimals lose nothing of a double.
SELECT name, code, names, attributes, ST_AsGeoJSON(geometry, 15) AS geometry
FROM area
WHERE country_code = $1 AND level = $2
ORDER BY name, id
