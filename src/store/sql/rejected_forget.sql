-- What could not become a measurement, and what was said of records that do not exist, is older than any
-- measurement? So much at a time.
WITH old_rejected AS (
    DELETE FROM rejected_record
    WHERE id IN (SELECT id FROM rejected_record WHERE received_at < $1 ORDER BY id LIMIT $2)
    RETURNING 1
), old_notices AS (
    DELETE FROM probe_notice
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM probe_notice WHERE received_at < $1 LIMIT $2))
    RETURNING 1
)
SELECT (SELECT count(*) FROM old_rejected) + (SELECT count(*) FROM old_notices) AS forgotten
