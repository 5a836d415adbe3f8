-- Who is the new probe? By a code of a merged school it joins the survivor, and goes when that goes.
INSERT INTO probe (id, school_id, enrolment_id, vantage, secret_hash, software_version, enrolled_at,
                   merged_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT merged_from FROM enrolment WHERE id = $3))
