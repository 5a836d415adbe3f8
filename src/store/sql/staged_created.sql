-- Which rows are about no known school?
INSERT INTO staged_verdict (import_number, row_number, verdict, school_id)
SELECT $1, r.row_number, 'created', r.new_id
FROM staged_school r
LEFT JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
WHERE r.import_number = $1 AND v.row_number IS NULL
