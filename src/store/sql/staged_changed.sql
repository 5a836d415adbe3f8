-- Which rows say of their school what is not known of it, or the same as its correction, which then
-- is at its end?
UPDATE staged_verdict v
SET verdict = 'updated'
FROM staged_merge($1, $3) m
JOIN school s ON s.id = m.school_id
JOIN staged_school r ON r.import_number = $1 AND r.row_number = m.row_number
WHERE v.import_number = $1 AND v.row_number = m.row_number
  AND ((s.name, s.location, s.location_problem, s.education_level, s.student_count,
        s.connectivity_declared, s.attributes)
           IS DISTINCT FROM (m.name, m.location, m.location_problem, m.education_level,
                             m.student_count, m.connectivity, m.attributes)
       OR EXISTS (
           SELECT FROM (VALUES ('government', r.government_id), ('giga', r.giga_id),
                               ('osm', r.osm_id), ('import', r.import_key)) i (scheme, value)
           WHERE i.value IS NOT NULL AND NOT EXISTS (
               SELECT FROM school_alias a
               WHERE a.country_code = $2 AND a.scheme = i.scheme AND a.value = i.value))
       OR EXISTS (
           SELECT FROM school_override o
           WHERE o.school_id = s.id
             AND CASE o.field WHEN 'name' THEN r.name = o.name
                     ELSE ST_DWithin(r.location::geography, o.location::geography,
                                     $3::double precision) END))
