-- How many schools and students of each status does each area of a level have? The last line, with
-- no area, has the schools that lie in none; it is there only if there are any.
WITH placed AS (
    SELECT sa.area_id, st.status, s.student_count
    FROM school s
    JOIN school_status st ON st.school_id = s.id
    LEFT JOIN school_area sa ON sa.school_id = s.id AND sa.level = $2
    WHERE s.country_code = $1 AND s.merged_into IS NULL
), counted AS (
    SELECT area_id, status, count(*) AS schools, count(student_count) AS with_students,
           coalesce(sum(student_count), 0)::bigint AS students
    FROM placed GROUP BY area_id, status
)
SELECT a.id AS area_id, a.name AS area_name, a.names AS area_names, a.code AS area_code,
       c.status, c.schools, c.with_students, c.students
FROM (SELECT id, name, names, code FROM area
      WHERE country_code = $1 AND level = $2 AND retired_at IS NULL) a
FULL JOIN counted c ON c.area_id = a.id
ORDER BY a.name NULLS LAST, a.id NULLS LAST, c.status
