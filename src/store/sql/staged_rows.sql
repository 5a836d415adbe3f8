-- What will come of these rows? Old and new facts of a school that changes, side by side.
WITH page AS (
    SELECT v.*
    FROM staged_verdict v
    WHERE v.import_number = $1 AND v.row_number > $6
      AND ($8::integer IS NULL OR v.row_number = $8)
      AND ($3::text IS NULL OR v.verdict = $3)
      AND ($4::text IS NULL OR EXISTS (
          SELECT FROM import_finding f
          WHERE f.import_id = $2 AND f.row_number = v.row_number AND f.code = $4))
      AND ($5::text IS NULL OR EXISTS (
          SELECT FROM staged_repair p
          WHERE p.import_number = $1 AND p.row_number = v.row_number AND p.kind = $5))
    ORDER BY v.row_number
    LIMIT $7
)
SELECT p.row_number, p.verdict, p.school_id, coalesce(r.name, s.name) AS name,
       ST_X(r.location) AS longitude, ST_Y(r.location) AS latitude, p.matched_by, p.confidence,
       CASE WHEN p.verdict = 'updated' THEN school_facts(s) ||
           coalesce((SELECT jsonb_build_object('corrections', jsonb_agg(
                           jsonb_build_object('field', o.field, 'since', o.since, 'id', o.correction_id)
                           ORDER BY o.field))
                       FROM school_override o WHERE o.school_id = s.id HAVING count(*) > 0), '{}') END AS before,
       m.after
FROM page p
LEFT JOIN staged_school r ON r.import_number = $1 AND r.row_number = p.row_number
LEFT JOIN school s ON s.id = p.school_id
LEFT JOIN LATERAL (
    SELECT jsonb_build_object(
        'name', m.name, 'longitude', ST_X(m.location), 'latitude', ST_Y(m.location),
        'location_problem', m.location_problem, 'education_level', m.education_level,
        'student_count', m.student_count, 'connectivity_declared', m.connectivity,
        'attributes', m.attributes,
        'ids', (SELECT coalesce(jsonb_agg(jsonb_build_array(i.scheme, i.value)
                                          ORDER BY i.scheme, i.value), '[]')
                FROM (SELECT scheme, value FROM school_alias WHERE school_id = s.id
                      UNION
                      SELECT n.scheme, n.value
                      FROM (VALUES ('government', r.government_id), ('giga', r.giga_id),
                                   ('osm', r.osm_id), ('import', r.import_key)) n (scheme, value)
                      WHERE n.value IS NOT NULL AND NOT EXISTS (
                          SELECT FROM school_alias a
                          WHERE a.country_code = s.country_code AND a.scheme = n.scheme
                            AND a.value = n.value)) i))
           || coalesce((SELECT jsonb_build_object('corrections', jsonb_agg(
                      jsonb_build_object('field', o.field, 'since', o.since, 'id', o.correction_id)
                      ORDER BY o.field))
                  FROM school_override o
                  WHERE o.school_id = s.id
                    AND NOT coalesce(CASE o.field WHEN 'name' THEN r.name = o.name
                        ELSE ST_DWithin(r.location::geography, o.location::geography,
                                        $9::double precision) END, false)
                  HAVING count(*) > 0), '{}') AS after
    FROM staged_merge($1, $9) m
    WHERE p.verdict = 'updated' AND m.row_number = p.row_number
) m ON true
ORDER BY p.row_number
