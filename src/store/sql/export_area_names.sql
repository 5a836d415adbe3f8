-- What are the areas of a country on a level called, and what else did their file state of them?
SELECT name, code, names, population, attributes
FROM area
WHERE country_code = $1 AND level = $2 AND retired_at IS NULL
