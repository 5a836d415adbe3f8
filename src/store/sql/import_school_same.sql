-- Which rows are about a school that a row before them is about? Two ids of one school may stand
-- in two rows. They are taken out.
WITH firsts AS (
    SELECT school_id, min(row_number) AS first_row
    FROM incoming
    WHERE school_id IS NOT NULL
    GROUP BY school_id
    HAVING count(*) > 1
)
DELETE FROM incoming i
USING firsts f
WHERE i.school_id = f.school_id AND i.row_number > f.first_row
RETURNING i.row_number, f.first_row
