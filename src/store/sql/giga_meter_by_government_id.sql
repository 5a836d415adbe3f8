-- Which school of a country does the ministry know by this id, and Giga by which?
SELECT s.id, s.name, s.country_code, s.education_level, a.value AS government_id,
       coalesce((SELECT min(g.value) FROM school_alias g
                 WHERE g.school_id = s.id AND g.scheme = 'giga'), s.id::text) AS giga_id
FROM school_alias a
JOIN school s ON s.id = a.school_id
WHERE s.merged_into IS NULL AND a.country_code = $1 AND a.scheme = 'government' AND a.value = $2
ORDER BY s.id
LIMIT 10
