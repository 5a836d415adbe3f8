-- May this server read the file? One that reads already says so every second.
UPDATE import
SET state = 'reading', rows_read = 0, failure = NULL, progress_at = now()
WHERE id = $1
  AND (state IN ('uploaded', 'staged', 'failed')
       OR state = 'reading' AND progress_at < now() - interval '2 minutes')
