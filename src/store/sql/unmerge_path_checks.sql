-- Which path checks are the merged school's again?
UPDATE path_check SET school_id = $1 WHERE school_id = $2 AND probe_id = ANY ($3::uuid[])
