-- Which areas does a person mean by an id, a code or a name?
SELECT id, country_code, name, level, retired_at IS NOT NULL AS retired
FROM area
WHERE ($2::text IS NULL OR country_code = $2)
  AND (id::text = lower($1) OR code = $1 OR match_key = $1 OR lower(name) = lower($1))
ORDER BY retired_at NULLS FIRST, level, name, id
LIMIT 20
