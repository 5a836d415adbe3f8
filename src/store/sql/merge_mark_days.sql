-- Which days of the two schools must be summarised again? All that either has: sorted, as reports
-- mark them.
INSERT INTO dirty_school_day (school_id, day, marked_at)
SELECT s.id, d.day, clock_timestamp()
FROM unnest($1::uuid[]) AS s (id)
CROSS JOIN (
    SELECT day FROM school_day WHERE school_id = ANY ($1)
    UNION
    SELECT day FROM dirty_school_day WHERE school_id = ANY ($1)
) d
ORDER BY s.id, d.day
ON CONFLICT (school_id, day) DO UPDATE SET marked_at = excluded.marked_at
