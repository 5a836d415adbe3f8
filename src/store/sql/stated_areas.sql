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
), stated AS MATERIALIZED (
    SELECT r.row_number, r.new_id, s.field, s.value
    FROM staged_school r
    CROSS JOIN LATERAL (
        SELECT field, r.attributes->>field AS value FROM unnest($4::text[]) f (field)
    ) s
    WHERE r.import_number = $1 AND r.location IS NOT NULL AND s.value IS NOT NULL
), plain AS MATERIALIZED (
    SELECT value, regexp_replace(lower(unaccent(value)), '[^[:alnum:]]+', '', 'g') AS plain
    FROM (SELECT DISTINCT value FROM stated) v
), meant AS MATERIALIZED (
    SELECT p.value, array_agg(n.id) AS ids, array_agg(DISTINCT n.level) AS levels
    FROM plain p
    JOIN named n ON n.plain = p.plain
    GROUP BY p.value
)
SELECT $3, w.row_number, 'warning', 'other_area_than_stated', w.field, w.value,
       format($5, w.value, a.name), 'registry'
FROM (
    SELECT s.row_number, s.field, s.value, min(c.area_id::text)::uuid AS area_id
    FROM stated s
    JOIN meant m ON m.value = s.value
    JOIN staged_area c ON c.import_number = $1 AND c.new_id = s.new_id
                      AND c.level = ANY (m.levels)
    GROUP BY s.row_number, s.field, s.value
    HAVING NOT bool_or(c.area_id = ANY (m.ids))
) w
JOIN area a ON a.id = w.area_id
