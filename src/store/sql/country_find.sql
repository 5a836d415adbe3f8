-- What is known of one country, and what is it judged by?
SELECT c.*, b.name AS benchmark_name, b.source AS benchmark_source, b.download_floor_mbps,
       b.download_target_mbps, b.large_school_students, b.large_school_kbps_per_student
FROM country c
JOIN benchmark b ON b.country_code = c.code
WHERE c.code = $1
