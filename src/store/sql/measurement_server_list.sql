-- Which measurement servers of others are there, best first for a client of this country?
SELECT name, url, city, country_code, rank, told_at FROM measurement_server
ORDER BY coalesce(country_code = $1, false) DESC, rank, name
LIMIT 100
