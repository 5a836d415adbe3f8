-- What are the next schools of a country judged to be?
SELECT s.id, st.status
FROM school s
JOIN school_status st ON st.school_id = s.id
WHERE s.country_code = $1 AND s.merged_into IS NULL AND ($2::uuid IS NULL OR s.id > $2)
ORDER BY s.id
LIMIT $3
