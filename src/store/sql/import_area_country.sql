-- Which area is the country? There is one of level 0, whatever code a file gives it.
UPDATE incoming_area
SET match_key = a.match_key
FROM area a
WHERE a.country_code = $1 AND a.level = 0
  AND NOT EXISTS (SELECT FROM area o
                  WHERE o.country_code = $1 AND o.level = 0 AND o.id <> a.id)
