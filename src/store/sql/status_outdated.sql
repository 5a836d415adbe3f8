-- Whose window has moved on since the last verdict?
SELECT v.school_id
FROM school_status v
WHERE v.computed_at < $1
  AND (v.valid_tests + v.failed_tests > 0 OR v.computed_at <= 'epoch'::timestamptz)
  AND EXISTS (SELECT FROM school s WHERE s.id = v.school_id AND s.merged_into IS NULL)
ORDER BY v.computed_at
LIMIT $2
FOR UPDATE OF v SKIP LOCKED
