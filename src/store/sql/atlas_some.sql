-- What does the map show of these schools now?
SELECT s.id, s.name, st.status, ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude
FROM school s
JOIN school_status st ON st.school_id = s.id
WHERE s.id = ANY ($1::uuid[]) AND s.merged_into IS NULL
