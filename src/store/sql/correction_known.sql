-- What is known of the school that somebody corrects, and how far is the proposed position from it?
SELECT name, country_code,
       ST_Distance(location::geography, ST_SetSRID(ST_MakePoint($2, $3), 4326)::geography) AS moved_m
FROM school
WHERE id = $1 AND merged_into IS NULL
