-- Which days of the two schools must be summarised again? All that either has.
INSERT INTO dirty_school_day (school_id, day)
SELECT s.id, d.day
FROM unnest($1::uuid[]) AS s (id)
CROSS JOIN (
    SELECT starts_on AS day FROM school_summary WHERE school_id = ANY ($1) AND period = 'day'
    UNION
    SELECT day FROM dirty_school_day WHERE school_id = ANY ($1)
) d
