-- Which rows could not be taken as they are, or hold nothing? Titles stand above the rows.
INSERT INTO staged_verdict (import_number, row_number, verdict)
SELECT DISTINCT $1::bigint, f.row_number, 'rejected'
FROM import_finding f
WHERE f.import_id = $2 AND f.row_number > 0 AND f.code <> 'title_row'
  AND (f.severity = 'error'
       OR NOT EXISTS (SELECT FROM staged_school r
                      WHERE r.import_number = $1 AND r.row_number = f.row_number))
ON CONFLICT (import_number, row_number) DO NOTHING
