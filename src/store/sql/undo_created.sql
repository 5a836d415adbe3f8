-- Which schools are known only from the import? They go, with everything that hangs on them.
DELETE FROM school s
USING school_change c
WHERE c.import_id = $1 AND c.kind = 'created' AND s.id = c.school_id
