-- What do these probes say of records that do not exist? A resend of the same is the same.
INSERT INTO probe_notice (probe_id, sequence, noticed_at, received_at, notice, of_kind, count, reason, detail)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[],
                     $6::text[], $7::bigint[], $8::text[], $9::text[])
ON CONFLICT (probe_id, sequence) DO NOTHING
