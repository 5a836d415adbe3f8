-- Which rows could not be taken as they are?
INSERT INTO staged_verdict (import_number, row_number, verdict)
SELECT DISTINCT $1::bigint, f.row_number, 'rejected'
FROM import_finding f
WHERE f.import_id = $2 AND f.severity = 'error' AND f.row_number > 0
ON CONFLICT (import_number, row_number) DO NOTHING
