-- How did a school's line do, day by day, week by week or month by month?
SELECT *, test_bytes + page_bytes AS bytes_used
FROM school_summary
WHERE school_id = $1 AND period = $2 AND starts_on BETWEEN $3 AND $4
ORDER BY starts_on
LIMIT 2000
