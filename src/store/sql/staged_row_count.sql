-- How many rows fit the filter?
SELECT count(*)
FROM staged_verdict v
WHERE v.import_number = $1
  AND ($6::integer IS NULL OR v.row_number = $6)
  AND ($3::text IS NULL OR v.verdict = $3)
  AND ($4::text IS NULL OR EXISTS (
      SELECT FROM import_finding f
      WHERE f.import_id = $2 AND f.row_number = v.row_number AND f.code = $4))
  AND ($5::text IS NULL OR EXISTS (
      SELECT FROM staged_repair p
      WHERE p.import_number = $1 AND p.row_number = v.row_number AND p.kind = $5))
