-- Which page checks are the merged school's again?
UPDATE page_check SET school_id = $1 WHERE school_id = $2 AND probe_id = ANY ($3::uuid[])
