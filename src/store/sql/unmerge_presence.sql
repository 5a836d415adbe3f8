-- Which spans of presence are the merged school's again?
UPDATE presence SET school_id = $1 WHERE school_id = $2 AND probe_id = ANY ($3::uuid[])
