-- How many corrections fit, on all pages?
SELECT count(*) AS total
FROM school_correction c
JOIN school s ON s.id = c.school_id
WHERE s.merged_into IS NULL
  AND ($1::text IS NULL OR s.country_code = $1)
  AND ($2::text IS NULL OR c.state = $2)
  AND ($3::uuid IS NULL OR c.school_id = $3)
  AND ($4::text IS NULL OR c.proposed_by = $4)
