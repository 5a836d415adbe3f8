-- Which probes are the merged school's again? Also those that joined it by a code of its own
-- meanwhile.
UPDATE probe p
SET school_id = $1, merged_from = nullif(p.merged_from, $1)
WHERE p.school_id = $2 AND p.merged_from = ANY ($3::uuid[])
RETURNING p.id
