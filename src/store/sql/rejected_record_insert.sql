-- What came that could not become a measurement? A resend of the same is the same.
INSERT INTO rejected_record (probe_id, school_id, sequence, received_at, reason, detail, record)
SELECT $1::uuid, $2::uuid, $3::bigint, $4::timestamptz, $5::text, $6::text, $7::text
WHERE NOT EXISTS (
    SELECT FROM rejected_record
    WHERE probe_id = $1 AND sequence IS NOT DISTINCT FROM $3 AND record = $7
)
