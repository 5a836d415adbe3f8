-- Which schools does the undoing change, and from what to what?
INSERT INTO school_change (school_id, actor, kind, import_id, before, after)
SELECT school_id, $2, 'undone', import_id, after, before
FROM school_change
WHERE import_id = $1 AND kind IN ('created', 'updated')
ORDER BY id
