-- Which days of these schools hold nothing any longer, since what was measured on them went to the
-- other? They have no summary, and need none; their weeks and months are made again without them. Days
-- whose raw rows were dropped stay as they are: those of which something was known then.
WITH marked AS (
    SELECT DISTINCT d.school_id, d.day, span.begins_at, span.ends_at,
           span.begins_at >= ALL (SELECT dropped_before FROM retention WHERE is_summarised) AS is_kept
    FROM dirty_school_day d
    JOIN school s ON s.id = d.school_id
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (
        SELECT d.day::timestamp AT TIME ZONE c.time_zone AS begins_at,
               (d.day + 1)::timestamp AT TIME ZONE c.time_zone AS ends_at
    ) span
    WHERE d.school_id = ANY ($1::uuid[])
), empty AS (
    SELECT m.school_id, m.day
    FROM marked m
    WHERE CASE WHEN m.is_kept THEN
          NOT EXISTS (
              SELECT FROM speed_test t
              WHERE t.school_id = m.school_id
                AND t.measured_at >= m.begins_at AND t.measured_at < m.ends_at)
          AND NOT EXISTS (
              SELECT FROM path_check p
              WHERE p.school_id = m.school_id
                AND p.measured_at >= m.begins_at AND p.measured_at < m.ends_at)
          AND NOT EXISTS (
              SELECT FROM page_check p
              WHERE p.school_id = m.school_id
                AND p.measured_at >= m.begins_at AND p.measured_at < m.ends_at)
          AND NOT EXISTS (
              SELECT FROM presence p
              WHERE p.school_id = m.school_id AND p.ended_at > m.begins_at
                AND p.started_at >= m.begins_at - interval '30 days' AND p.started_at < m.ends_at)
      ELSE
          NOT EXISTS (SELECT FROM school_summary k
                      WHERE k.school_id = m.school_id AND k.period = 'day' AND k.starts_on = m.day)
      END
), forgotten AS (
    DELETE FROM school_summary d USING empty e
    WHERE d.school_id = e.school_id AND d.period = 'day' AND d.starts_on = e.day
), weeks_and_months AS (
    INSERT INTO dirty_school_period (school_id, period, starts_on, due_at)
    SELECT DISTINCT e.school_id, p.period, date_trunc(p.period, e.day)::date, now()
    FROM empty e CROSS JOIN (VALUES ('week'), ('month')) AS p (period)
)
DELETE FROM dirty_school_day d USING empty e WHERE d.school_id = e.school_id AND d.day = e.day
