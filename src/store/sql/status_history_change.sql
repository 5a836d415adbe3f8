-- Which of these schools have another status this week than their year says? With $4 only where it says
-- nothing.
WITH judged AS (
    SELECT j.school_id, j.code, extract(isoyear FROM local.day)::smallint AS year,
           extract(week FROM local.day)::int - 1 AS place
    FROM unnest($1::uuid[], $2::int[]) AS j (school_id, code)
    JOIN school s ON s.id = j.school_id AND s.merged_into IS NULL
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE c.time_zone)::date AS day) local
)
UPDATE school_status_history h
SET weeks = set_byte(h.weeks, j.place, j.code)
FROM judged j
WHERE h.school_id = j.school_id AND h.year = j.year AND get_byte(h.weeks, j.place) <> j.code
  AND (NOT $4 OR get_byte(h.weeks, j.place) = 0)
