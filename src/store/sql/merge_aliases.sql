-- By which ids is the survivor known from now on? An earlier merge's stay known as what they were.
UPDATE school_alias SET school_id = $2, merged_from = coalesce(merged_from, $1) WHERE school_id = $1
