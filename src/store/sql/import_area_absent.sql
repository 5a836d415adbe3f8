-- Which areas of this level are known and not in the file?
SELECT name, match_key
FROM area a
WHERE country_code = $1 AND level = $2 AND retired_at IS NULL
  AND NOT EXISTS (SELECT FROM incoming_area i WHERE i.area_id = a.id)
ORDER BY match_key
