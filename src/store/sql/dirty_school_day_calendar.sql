-- Which days, weeks and months of a country's schools have other opening hours now?
WITH spans AS (
    SELECT f.school_id, f.period, f.starts_on
    FROM school_summary f
    JOIN school s ON s.id = f.school_id
    WHERE s.country_code = $1 AND f.starts_on <= $3
      AND f.starts_on + ('1 ' || f.period)::interval > $2::date
), weeks_and_months AS (
    INSERT INTO dirty_school_period (school_id, period, starts_on, due_at)
    SELECT school_id, period, starts_on, now() + interval '1 minute' FROM spans WHERE period <> 'day'
)
INSERT INTO dirty_school_day (school_id, day)
SELECT school_id, starts_on FROM spans WHERE period = 'day'
