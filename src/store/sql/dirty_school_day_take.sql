-- Which school-days are to be summarised next, oldest mark first?
SELECT school_id, day, marked_at
FROM dirty_school_day
ORDER BY marked_at
LIMIT $1
FOR UPDATE SKIP LOCKED
