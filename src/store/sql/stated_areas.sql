-- Which rows state an area that is known, and lie in another one of its level? Names and codes are
-- compared without case, accents and signs. A name that stands for no area says nothing.
INSERT INTO import_finding (import_id, row_number, severity, code, field, value, message, origin)
WITH named AS MATERIALIZED (
    SELECT DISTINCT regexp_replace(lower(unaccent(t.name)), '[^[:alnum:]]+', '', 'g') AS plain,
           a.id, a.level
    FROM area a
    CROSS JOIN LATERAL (
        SELECT a.name UNION SELECT a.code UNION SELECT value FROM jsonb_each_text(a.names)
    ) t (name)
    WHERE a.country_code = $2 AND a.retired_at IS NULL AND t.name <> ''
), plain AS MATERIALIZED (
    SELECT value, regexp_replace(lower(unaccent(value)), '[^[:alnum:]]+', '', 'g') AS plain
    FROM (
        SELECT DISTINCT r.attributes->>f.field AS value
        FROM staged_school r
        CROSS JOIN unnest($4::text[]) f (field)
        WHERE r.import_number = $1 AND r.location IS NOT NULL
    ) v
    WHERE value IS NOT NULL
), meant AS MATERIALIZED (
    SELECT p.value, array_agg(n.id) AS ids, array_agg(DISTINCT n.level) AS levels
    FROM plain p
    JOIN named n ON n.plain = p.plain
    GROUP BY p.value
)
SELECT $3, r.row_number, 'warning', 'other_area_than_stated', s.field, s.value,
       format($5, s.value, w.name), 'registry'
FROM staged_school r
CROSS JOIN LATERAL (
    SELECT field, r.attributes->>field AS value FROM unnest($4::text[]) f (field)
) s
JOIN meant m ON m.value = s.value
JOIN staged_area c ON c.import_number = $1 AND c.row_number = r.row_number
                  AND NOT c.area_ids && m.ids
CROSS JOIN LATERAL (
    SELECT a.name
    FROM area a
    WHERE a.id = ANY (c.area_ids) AND a.level = ANY (m.levels)
    ORDER BY a.id
    LIMIT 1
) w
WHERE r.import_number = $1
