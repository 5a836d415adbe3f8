-- How long is the history of a school, and is there such a school?
SELECT count(*) AS total, EXISTS (SELECT FROM school WHERE id = $1) AS known
FROM school_change
WHERE school_id = $1
