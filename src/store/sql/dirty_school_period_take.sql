-- Which school-weeks and -months are to be summarised next, longest due first?
DELETE FROM dirty_school_period
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM dirty_school_period
    WHERE due_at <= $2
    ORDER BY due_at, school_id, period, starts_on
    LIMIT $1
    FOR UPDATE SKIP LOCKED))
RETURNING school_id, period, starts_on
