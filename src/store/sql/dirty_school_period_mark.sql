-- Which weeks and months must be summarised again, now that these school-days were? Soon those that are
-- over and those of which nothing is known yet; the ones that go on change with every report, and wait
-- for more: an hour, or six. A mark that is there already will do, and is held until this is committed;
-- one that somebody is taking will not.
WITH wanted AS (
    SELECT DISTINCT d.school_id, p.period, p.starts_on,
           CASE WHEN p.ends_on > (now() AT TIME ZONE c.time_zone)::date
                    AND known.school_id IS NOT NULL
                THEN now() + p.patience ELSE now() END AS due_at
    FROM unnest($1::uuid[], $2::date[]) AS d (school_id, day)
    JOIN school s ON s.id = d.school_id
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (
        VALUES ('week', date_trunc('week', d.day)::date,
                (date_trunc('week', d.day) + interval '1 week')::date, interval '1 hour'),
               ('month', date_trunc('month', d.day)::date,
                (date_trunc('month', d.day) + interval '1 month')::date, interval '6 hours')
    ) AS p (period, starts_on, ends_on, patience)
    LEFT JOIN school_summary known ON known.school_id = d.school_id AND known.period = p.period
        AND known.starts_on = p.starts_on
), marked AS MATERIALIZED (
    SELECT m.school_id, m.period, m.starts_on, m.due_at
    FROM dirty_school_period m
    JOIN wanted w USING (school_id, period, starts_on)
    FOR SHARE OF m SKIP LOCKED
)
INSERT INTO dirty_school_period (school_id, period, starts_on, due_at)
SELECT school_id, period, starts_on, due_at
FROM wanted w
WHERE NOT EXISTS (SELECT FROM marked m
                  WHERE m.school_id = w.school_id AND m.period = w.period
                    AND m.starts_on = w.starts_on AND m.due_at <= w.due_at)
