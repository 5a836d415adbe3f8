-- How many schools of each status does a country have?
SELECT st.status, count(*) AS schools, count(s.location) AS placed,
       count(s.student_count) AS with_students,
       coalesce(sum(s.student_count), 0)::bigint AS students,
       max(st.last_measured_at) AS last_measured_at
FROM school s
JOIN school_status st ON st.school_id = s.id
WHERE s.country_code = $1 AND s.merged_into IS NULL
GROUP BY st.status
