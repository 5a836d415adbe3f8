-- Whose window has moved on since the last verdict?
SELECT school_id
FROM school_status
WHERE computed_at < $1
  AND (valid_tests + failed_tests > 0 OR computed_at <= 'epoch'::timestamptz)
ORDER BY computed_at
LIMIT $2
FOR UPDATE SKIP LOCKED
