-- Which school may a probe join by this code, and until when? Locked against a merge: a code for a
-- school that is being merged is one for its survivor.
INSERT INTO enrolment (id, school_id, code_hash, created_by, expires_at)
SELECT $1, coalesce(merged_into, id), $3, $4, $5 FROM school WHERE id = $2 FOR SHARE
