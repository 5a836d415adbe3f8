-- Which program may send for which country? Nothing, if a key of that name is in use.
INSERT INTO api_key (id, name, country_code, key_hash, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
