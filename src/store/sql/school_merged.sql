-- Which schools were merged into this one, and what came with each?
WITH RECURSIVE family AS (
    SELECT id FROM school WHERE merged_into = $1
    UNION
    SELECT s.id FROM school s JOIN family f ON s.merged_into = f.id
)
SELECT s.id, s.name, s.education_level, s.merged_into,
       coalesce(array_agg(a.scheme ORDER BY a.scheme, a.value) FILTER (WHERE a.scheme IS NOT NULL),
                '{}') AS alias_schemes,
       coalesce(array_agg(a.value ORDER BY a.scheme, a.value) FILTER (WHERE a.scheme IS NOT NULL),
                '{}') AS alias_values
FROM family f
JOIN school s ON s.id = f.id
LEFT JOIN school_alias a ON a.school_id = $1 AND a.merged_from = s.id AND a.scheme <> 'import'
GROUP BY s.id
ORDER BY s.name, s.id
LIMIT 100
