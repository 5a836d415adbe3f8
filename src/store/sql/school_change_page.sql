-- What happened to a school, newest first, and from which file?
SELECT c.id, c.at, c.actor, c.kind, c.before, c.after, c.import_id, i.file_name, i.file_sha256
FROM school_change c
LEFT JOIN import i ON i.id = c.import_id
WHERE c.school_id = $1 AND ($2::bigint IS NULL OR c.id < $2)
ORDER BY c.id DESC
LIMIT $3
