-- Which files came, the newest first?
SELECT id, number, country_code, subject, file_name, file_sha256, file_bytes, source, actor, state,
       imported_at, staged_at, applied_at, applied_by, undone_at, undone_by, options,
       layout, country_proposal, failure, rows_read, row_count, created_count, updated_count,
       unchanged_count, rejected_count, missing_count, not_placed_count, finding_count, matched_by,
       registry_version,
       state = 'reading' AND progress_at < now() - interval '2 minutes' AS silent
FROM import
WHERE country_code = coalesce($1, country_code) AND subject = coalesce($4, subject)
  AND ($2::bigint IS NULL OR number < $2)
ORDER BY number DESC
LIMIT $3
