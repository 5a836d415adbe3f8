-- What waits to be summarised at each stage, and for how many seconds has the first been due?
SELECT 'school_days' AS stage, count(*) AS marks,
       coalesce(greatest(0, extract(epoch FROM now() - min(due_at))), 0)::float8 AS overdue_s
FROM dirty_school_day
UNION ALL
SELECT 'school_periods', count(*),
       coalesce(greatest(0, extract(epoch FROM now() - min(due_at))), 0)::float8
FROM dirty_school_period
UNION ALL
SELECT 'groups', count(*),
       coalesce(greatest(0, extract(epoch FROM now() - min(due_at))), 0)::float8
FROM dirty_group_period
