-- How is the file to be read, and what does it seem to be that way?
UPDATE import
SET options = $2, layout = $3, state = 'uploaded', failure = NULL
WHERE id = $1 AND state IN ('uploaded', 'staged', 'failed')
