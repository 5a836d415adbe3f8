-- What does the map show?
SELECT s.id, s.name, st.status, ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude
FROM school s
JOIN school_status st ON st.school_id = s.id
WHERE s.location IS NOT NULL AND s.merged_into IS NULL
