-- Which rows are about no known school? Those that have no verdict yet.
INSERT INTO staged_verdict (import_number, row_number, verdict, school_id)
SELECT import_number, row_number, 'created', new_id
FROM staged_school
WHERE import_number = $1
ORDER BY row_number
ON CONFLICT (import_number, row_number) DO NOTHING
