-- Which known school is each row? Our own id speaks first, then the government's, Giga's and
-- OpenStreetMap's. The row's own id stands in for all of them where there is none.
-- A school that was merged since its id was exported is its survivor.
WITH RECURSIVE way AS (
    SELECT r.row_number, s.id, s.merged_into
    FROM staged_school r
    JOIN school s ON s.id = r.stated_id AND s.country_code = $2
    WHERE r.import_number = $1
    UNION
    SELECT w.row_number, s.id, s.merged_into FROM way w JOIN school s ON s.id = w.merged_into
)
INSERT INTO staged_verdict (import_number, row_number, verdict, school_id, matched_by, confidence)
SELECT DISTINCT ON (k.row_number) $1, k.row_number, 'unchanged', k.school_id, k.matched_by, 1
FROM (
    SELECT w.row_number, w.id AS school_id, 'schoolbeat' AS matched_by, 0 AS rank
    FROM way w
    WHERE w.merged_into IS NULL
    UNION ALL
    SELECT r.row_number, a.school_id, a.scheme,
           array_position('{government,giga,osm,import}'::text[], a.scheme)
    FROM staged_school r
    CROSS JOIN LATERAL (VALUES ('government', r.government_id), ('giga', r.giga_id),
                               ('osm', r.osm_id), ('import', r.import_key)) i (scheme, value)
    JOIN school_alias a ON a.country_code = $2 AND a.scheme = i.scheme AND a.value = i.value
    WHERE r.import_number = $1 AND i.value IS NOT NULL
) k
ORDER BY k.row_number, k.rank
