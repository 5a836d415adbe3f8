-- Which areas does the file place in another area than their outlines do? A stated code or name
-- counts if it is that of a known area above: then it is either an ancestor's or another's. The
-- code is asked first. What is no known area's is not known to differ.
WITH label AS MATERIALIZED (
    SELECT DISTINCT p.id, p.level, l.kind, l.label
    FROM area p
    CROSS JOIN LATERAL (
        VALUES ('code', p.code), ('code', p.match_key), ('name', lower(p.name))
        UNION ALL
        SELECT 'name', lower(value) FROM jsonb_each_text(p.names)
    ) l (kind, label)
    WHERE p.country_code = $1 AND p.retired_at IS NULL AND l.label IS NOT NULL
), ancestor AS MATERIALIZED (
    SELECT n.area_id, up.id
    FROM nesting n
    JOIN area a ON a.id = n.area_id
    LEFT JOIN area p1 ON p1.id = a.parent_id
    LEFT JOIN area p2 ON p2.id = p1.parent_id
    LEFT JOIN area p3 ON p3.id = p2.parent_id
    CROSS JOIN LATERAL (VALUES (p1.id), (p2.id), (p3.id), (p3.parent_id)) up (id)
    WHERE up.id IS NOT NULL
), stated AS MATERIALIZED (
    SELECT n.area_id, a.level, s.kind, s.rank, s.label, s.shown
    FROM nesting n
    JOIN area a ON a.id = n.area_id
    CROSS JOIN LATERAL (
        VALUES ('code', 1, a.parent_code_stated, a.parent_code_stated),
               ('name', 2, lower(a.parent_name_stated), a.parent_name_stated)
    ) s (kind, rank, label, shown)
    WHERE s.label IS NOT NULL
), known AS MATERIALIZED (
    SELECT DISTINCT ON (s.area_id) s.area_id, s.rank, s.shown,
           bool_or(u.id IS NOT NULL) AS agrees
    FROM stated s
    JOIN label l ON l.kind = s.kind AND l.label = s.label AND l.level < s.level
    LEFT JOIN ancestor u ON u.area_id = s.area_id AND u.id = l.id
    GROUP BY s.area_id, s.rank, s.shown
    ORDER BY s.area_id, s.rank
)
SELECT n.row_number, a.name,
       coalesce(k.shown, a.parent_code_stated, a.parent_name_stated) AS stated,
       p.name AS parent_name, p.code AS parent_code,
       k.area_id IS NOT NULL AS is_known
FROM nesting n
JOIN area a ON a.id = n.area_id
LEFT JOIN known k ON k.area_id = n.area_id
LEFT JOIN area p ON p.id = a.parent_id
WHERE NOT k.agrees
   OR (k.area_id IS NULL AND n.parent_level IS NOT NULL AND n.row_number > 0
       AND coalesce(a.parent_code_stated, a.parent_name_stated) IS NOT NULL)
ORDER BY n.row_number, a.match_key
