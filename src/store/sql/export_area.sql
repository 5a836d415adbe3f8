-- What areas does a country have on a level, and where do they lie?
SELECT name, code, names, population, attributes, ST_AsBinary(geometry, 'NDR') AS outline
FROM area
WHERE country_code = $1 AND level = $2 AND retired_at IS NULL
ORDER BY name, id
