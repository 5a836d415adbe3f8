-- Another measurement server, or the same one somewhere else.
INSERT INTO measurement_server (id, name, url, city, country_code, rank)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET url = excluded.url, city = excluded.city,
    country_code = excluded.country_code, rank = excluded.rank
