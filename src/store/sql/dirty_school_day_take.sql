-- Which school-days are to be summarised next, longest due first? All marks of each are taken with the
-- first, but for those that somebody else is taking; what is marked from now on stays.
WITH oldest AS (
    SELECT ctid, school_id, day
    FROM dirty_school_day
    WHERE due_at <= now()
    ORDER BY due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), same_days AS (
    SELECT d.ctid
    FROM dirty_school_day d
    WHERE (d.school_id, d.day) IN (SELECT school_id, day FROM oldest)
    FOR UPDATE SKIP LOCKED
)
DELETE FROM dirty_school_day
WHERE ctid = ANY (ARRAY(SELECT ctid FROM oldest UNION SELECT ctid FROM same_days))
RETURNING school_id, day
