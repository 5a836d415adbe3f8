-- Which days of these schools hold nothing any longer, since what was measured on them went to the
-- other? They have no summary, and need none.
WITH empty AS (
    SELECT d.school_id, d.day
    FROM dirty_school_day d
    JOIN school s ON s.id = d.school_id
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (
        SELECT d.day::timestamp AT TIME ZONE c.time_zone AS begins_at,
               (d.day + 1)::timestamp AT TIME ZONE c.time_zone AS ends_at
    ) span
    WHERE d.school_id = ANY ($1::uuid[])
      AND NOT EXISTS (
          SELECT FROM speed_test t
          WHERE t.school_id = d.school_id
            AND t.measured_at >= span.begins_at AND t.measured_at < span.ends_at)
      AND NOT EXISTS (
          SELECT FROM path_check p
          WHERE p.school_id = d.school_id
            AND p.measured_at >= span.begins_at AND p.measured_at < span.ends_at)
), forgotten AS (
    DELETE FROM school_day d USING empty e WHERE d.school_id = e.school_id AND d.day = e.day
)
DELETE FROM dirty_school_day d USING empty e WHERE d.school_id = e.school_id AND d.day = e.day
