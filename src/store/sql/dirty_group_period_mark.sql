-- Which days, weeks and months of their countries must be summarised again, now that these of schools
-- were? What is new at once; more of it within a minute, and a second more for every 5,000 schools, so
-- that summarising a great country takes a small part of a machine. A mark that is there already will do,
-- and is held until this is committed; one that somebody is taking will not.
WITH wanted AS (
    SELECT m.country_code, m.period, m.starts_on,
           now() + coalesce(interval '1 minute' + interval '1 second' * (known.schools / 5000),
                            interval '0') AS due_at
    FROM (
        SELECT DISTINCT s.country_code, d.period, d.starts_on
        FROM unnest($1::uuid[], $2::text[], $3::date[]) AS d (school_id, period, starts_on)
        JOIN school s ON s.id = d.school_id
    ) m
    LEFT JOIN group_summary known ON known.country_code = m.country_code
        AND known.kind = 'country' AND known.group_id = m.country_code
        AND known.period = m.period AND known.starts_on = m.starts_on
), marked AS MATERIALIZED (
    SELECT m.country_code, m.period, m.starts_on
    FROM dirty_group_period m
    JOIN wanted w USING (country_code, period, starts_on)
    FOR SHARE OF m SKIP LOCKED
)
INSERT INTO dirty_group_period (country_code, period, starts_on, due_at)
SELECT country_code, period, starts_on, due_at
FROM wanted w
WHERE NOT EXISTS (SELECT FROM marked m
                  WHERE m.country_code = w.country_code AND m.period = w.period
                    AND m.starts_on = w.starts_on)
