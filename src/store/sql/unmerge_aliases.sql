-- By which ids is the merged school known again?
UPDATE school_alias SET school_id = $1, merged_from = nullif(merged_from, $1)
WHERE school_id = $2 AND merged_from = ANY ($3::uuid[])
