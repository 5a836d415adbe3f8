-- Which day, week or month of a country is to be summarised next, longest due first?
DELETE FROM dirty_group_period
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM dirty_group_period
    WHERE due_at <= $1
    ORDER BY due_at, country_code, period, starts_on
    LIMIT 1
    FOR UPDATE SKIP LOCKED))
RETURNING country_code, period, starts_on
