-- Which probes are the survivor's from now on? An earlier merge's stay known as what they were.
UPDATE probe SET school_id = $2, merged_from = coalesce(merged_from, $1) WHERE school_id = $1
