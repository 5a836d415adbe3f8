-- Which codes are the merged school's again?
UPDATE enrolment SET school_id = $1, merged_from = nullif(merged_from, $1)
WHERE school_id = $2 AND merged_from = ANY ($3::uuid[])
