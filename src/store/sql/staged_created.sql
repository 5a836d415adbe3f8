-- Which rows are about no known school? Those that have no verdict yet. Where none has ($2), nobody
-- looks.
INSERT INTO staged_verdict (import_number, row_number, verdict, school_id)
SELECT r.import_number, r.row_number, 'created', r.new_id
FROM staged_school r
WHERE r.import_number = $1
  AND ($2 OR NOT EXISTS (SELECT FROM staged_verdict v
                         WHERE v.import_number = $1 AND v.row_number = r.row_number))
