-- What came that could not become a measurement?
INSERT INTO rejected_record (probe_id, school_id, sequence, received_at, reason, detail, record)
VALUES ($1, $2, $3, $4, $5, $6, $7)
