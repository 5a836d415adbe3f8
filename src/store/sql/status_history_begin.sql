-- Which of these schools have no history of this year yet? It begins with this week.
WITH judged AS (
    SELECT j.school_id, j.code, extract(isoyear FROM local.day)::smallint AS year,
           extract(week FROM local.day)::int - 1 AS place
    FROM unnest($1::uuid[], $2::int[]) AS j (school_id, code)
    JOIN school s ON s.id = j.school_id AND s.merged_into IS NULL
    JOIN country c ON c.code = s.country_code
    CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE c.time_zone)::date AS day) local
)
INSERT INTO school_status_history (school_id, year, weeks)
SELECT j.school_id, j.year, set_byte(decode(repeat('00', 53), 'hex'), j.place, j.code)
FROM judged j
WHERE NOT EXISTS (SELECT FROM school_status_history h
                  WHERE h.school_id = j.school_id AND h.year = j.year)
ORDER BY j.school_id
ON CONFLICT (school_id, year) DO NOTHING
