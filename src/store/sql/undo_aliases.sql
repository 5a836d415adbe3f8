-- Which ids did the schools get from the import? They lose them.
DELETE FROM school_alias a
USING school_change c
WHERE c.import_id = $1 AND c.kind = 'updated' AND a.school_id = c.school_id
  AND NOT (c.before->'ids' @> jsonb_build_array(jsonb_build_array(a.scheme, a.value)))
