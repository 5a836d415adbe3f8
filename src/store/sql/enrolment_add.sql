-- Which school may a probe join by this code, and until when?
INSERT INTO enrolment (id, school_id, code_hash, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5)
