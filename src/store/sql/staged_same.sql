-- Which rows are about a school that a row before them is about? Two ids of one school may stand
-- in two rows. They are not taken.
UPDATE staged_verdict v
SET verdict = 'rejected'
FROM (
    SELECT school_id, min(row_number) AS first_row
    FROM staged_verdict
    WHERE import_number = $1 AND school_id IS NOT NULL
    GROUP BY school_id
    HAVING count(*) > 1
) f
WHERE v.import_number = $1 AND v.school_id = f.school_id AND v.row_number > f.first_row
RETURNING v.row_number, f.first_row
