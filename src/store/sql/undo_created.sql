-- Which schools are known only from the import? They go, with everything that hangs on them.
WITH created AS MATERIALIZED (
    SELECT school_id FROM school_change WHERE import_id = $1 AND kind = 'created'
), areas AS (
    DELETE FROM school_area a USING created c WHERE a.school_id = c.school_id
), statuses AS (
    DELETE FROM school_status t USING created c WHERE t.school_id = c.school_id
), weeks AS (
    DELETE FROM school_status_history h USING created c WHERE h.school_id = c.school_id
)
DELETE FROM school s USING created c WHERE s.id = c.school_id
