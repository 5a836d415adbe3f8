-- Does this very proposal wait already?
SELECT id
FROM school_correction
WHERE school_id = $1 AND proposed_by = $2 AND state = 'pending'
  AND field = CASE WHEN $3::text IS NULL THEN 'location' ELSE 'name' END
  AND name IS NOT DISTINCT FROM $3
  AND location IS NOT DISTINCT FROM ST_SetSRID(ST_MakePoint($4, $5), 4326)
  AND gps_accuracy_m IS NOT DISTINCT FROM $6
  AND note IS NOT DISTINCT FROM $7
