-- How did a school's line do, day by day?
SELECT * FROM school_day WHERE school_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day LIMIT 800
