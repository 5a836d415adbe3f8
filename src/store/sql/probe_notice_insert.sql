-- What does this probe say of records that do not exist? A resend of the same is the same.
INSERT INTO probe_notice (probe_id, sequence, noticed_at, received_at, notice, of_kind, count, reason, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (probe_id, sequence) DO NOTHING
