-- What came that could not become a measurement? A resend of the same is the same, and so is a record
-- that stands twice in one report.
INSERT INTO rejected_record (probe_id, school_id, sequence, received_at, reason, detail, record)
SELECT DISTINCT ON (r.sequence, r.record)
       $1::uuid, $2::uuid, r.sequence, $3::timestamptz, r.reason, r.detail, r.record
FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[]) AS r (sequence, reason, detail, record)
WHERE NOT EXISTS (
    SELECT FROM rejected_record known
    WHERE known.probe_id = $1 AND known.sequence IS NOT DISTINCT FROM r.sequence
      AND known.record = r.record
)
