-- What does the list of a country's schools state, row by row? Of several ids of one scheme the
-- first stands for the school.
SELECT s.id, s.name, ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude, s.education_level,
       s.student_count, s.connectivity_declared, s.attributes,
       a.giga_id, a.government_id, a.osm_id
FROM school s
LEFT JOIN LATERAL (
    SELECT min(value) FILTER (WHERE scheme = 'giga') AS giga_id,
           min(value) FILTER (WHERE scheme = 'government') AS government_id,
           min(value) FILTER (WHERE scheme = 'osm') AS osm_id
    FROM school_alias WHERE school_id = s.id
) a ON true
WHERE s.country_code = $1 AND s.merged_into IS NULL
ORDER BY s.name, s.id
