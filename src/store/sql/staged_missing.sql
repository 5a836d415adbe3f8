-- Which known schools of the country does no row speak of?
SELECT s.id AS school_id, 'missing' AS verdict, s.name, ST_X(s.location) AS longitude,
       ST_Y(s.location) AS latitude, NULL::text AS matched_by, NULL::real AS confidence,
       NULL::jsonb AS before, NULL::jsonb AS after
FROM school s
WHERE s.country_code = $2 AND s.merged_into IS NULL AND ($3::uuid IS NULL OR s.id > $3)
  AND NOT EXISTS (SELECT FROM staged_verdict v
                  WHERE v.import_number = $1 AND v.school_id = s.id
                    AND v.verdict <> 'rejected')
ORDER BY s.id
LIMIT $4
