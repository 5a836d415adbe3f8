-- Whose verdict rests on something that the list changes? Asked before the change; the job that
-- judges takes those of the epoch first.
UPDATE school_status v
SET computed_at = 'epoch'
FROM incoming i
JOIN school s ON s.id = i.school_id
WHERE v.school_id = s.id AND i.changed
  AND (s.connectivity_declared, s.student_count) IS DISTINCT FROM (i.connectivity, i.student_count)
