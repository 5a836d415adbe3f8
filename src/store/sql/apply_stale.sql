-- Whose verdict rests on something that the list changes? Asked before the change; the job that
-- judges takes those of the epoch first.
UPDATE school_status t
SET computed_at = 'epoch'
FROM staged_verdict v
JOIN staged_merge($1, $2) m ON m.row_number = v.row_number
JOIN school s ON s.id = v.school_id
WHERE v.import_number = $1 AND v.verdict = 'updated' AND t.school_id = s.id
  AND (s.connectivity_declared, s.student_count, s.education_level,
       s.attributes->'connectivity_type', s.attributes->'num_students_busiest_shift')
      IS DISTINCT FROM (m.connectivity, m.student_count, m.education_level,
       m.attributes->'connectivity_type', m.attributes->'num_students_busiest_shift')
