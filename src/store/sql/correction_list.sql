-- Which corrections fit, oldest first, and what was and is known beside them? Those of a merged
-- school wait until it is none any longer. Metres are on the spheroid.
SELECT c.id, c.school_id, s.country_code, c.name, ST_X(c.location) AS longitude,
       ST_Y(c.location) AS latitude, c.gps_accuracy_m, c.note, c.proposed_by, c.proposed_at,
       c.known_name, ST_X(c.known_location) AS known_longitude,
       ST_Y(c.known_location) AS known_latitude, s.name AS current_name,
       ST_X(s.location) AS current_longitude, ST_Y(s.location) AS current_latitude, c.state,
       c.decided_by, c.decided_at, c.decision_note, c.beyond_border_m,
       ST_Distance(c.location::geography,
                   CASE c.state WHEN 'pending' THEN s.location ELSE c.known_location END::geography)
           AS moved_m,
       c.state <> 'pending' OR CASE c.field
           WHEN 'name' THEN s.name = c.known_name
           ELSE s.location IS NOT DISTINCT FROM c.known_location
       END AS as_known_then
FROM school_correction c
JOIN school s ON s.id = c.school_id
WHERE s.merged_into IS NULL
  AND ($1::text IS NULL OR s.country_code = $1)
  AND ($2::text IS NULL OR c.state = $2)
  AND ($3::uuid IS NULL OR c.school_id = $3)
  AND ($4::text IS NULL OR c.proposed_by = $4)
  AND ($5::uuid IS NULL OR c.id > $5)
  AND ($7::uuid IS NULL OR c.id = $7)
ORDER BY c.id
LIMIT $6
