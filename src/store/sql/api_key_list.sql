-- Which programs may send, and which might once?
SELECT id, name, country_code, created_at, last_used_at, revoked_at
FROM api_key
ORDER BY revoked_at IS NOT NULL, name, created_at
LIMIT 1000
