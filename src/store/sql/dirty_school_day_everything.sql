-- Which school-days are there raw rows of? All of them are to be summarised again.
INSERT INTO dirty_school_day (school_id, day)
SELECT DISTINCT r.school_id, r.day
FROM (
    SELECT t.school_id, (t.measured_at AT TIME ZONE c.time_zone)::date AS day, s.country_code
    FROM speed_test t JOIN school s ON s.id = t.school_id JOIN country c ON c.code = s.country_code
    UNION
    SELECT t.school_id, (t.measured_at AT TIME ZONE c.time_zone)::date, s.country_code
    FROM path_check t JOIN school s ON s.id = t.school_id JOIN country c ON c.code = s.country_code
    UNION
    SELECT t.school_id, (t.measured_at AT TIME ZONE c.time_zone)::date, s.country_code
    FROM page_check t JOIN school s ON s.id = t.school_id JOIN country c ON c.code = s.country_code
    UNION
    SELECT t.school_id, days.day::date, s.country_code
    FROM presence t JOIN school s ON s.id = t.school_id JOIN country c ON c.code = s.country_code
    CROSS JOIN generate_series((t.started_at AT TIME ZONE c.time_zone)::date,
                               ((t.ended_at - interval '1 millisecond') AT TIME ZONE c.time_zone)::date,
                               interval '1 day')
        AS days (day)
    UNION
    SELECT f.school_id, f.starts_on, s.country_code
    FROM school_summary f JOIN school s ON s.id = f.school_id
    WHERE f.period = 'day'
) r
WHERE $1::text IS NULL OR r.country_code = $1
