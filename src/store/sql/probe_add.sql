-- Who is the new probe?
INSERT INTO probe (id, school_id, enrolment_id, vantage, secret_hash, software_version, enrolled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
