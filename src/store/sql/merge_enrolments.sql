-- Which codes are for the survivor from now on?
UPDATE enrolment SET school_id = $2, merged_from = coalesce(merged_from, $1) WHERE school_id = $1
