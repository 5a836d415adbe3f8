-- What will come of this import, unless somebody gave it up meanwhile?
UPDATE import
SET state = 'staged', staged_at = now(), failure = NULL, created_count = $2, updated_count = $3,
    unchanged_count = $4, rejected_count = $10::integer - $2::integer - $3::integer - $4::integer, not_placed_count = $5,
    finding_count = $6, matched_by = $7, missing_count = $8, registry_version = $9,
    row_count = $10, rows_read = $10
WHERE id = $1 AND state IN ('uploaded', 'reading', 'staged')
