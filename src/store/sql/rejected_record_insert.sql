-- What came that could not become a measurement? A resend of the same is the same, and so is a record
-- that stands twice in one report.
INSERT INTO rejected_record (probe_id, school_id, sequence, received_at, reason, detail, record)
SELECT DISTINCT ON (r.probe_id, r.sequence, r.record)
       r.probe_id, r.school_id, r.sequence, r.received_at, r.reason, r.detail, r.record
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
     AS r (probe_id, school_id, sequence, received_at, reason, detail, record)
WHERE NOT EXISTS (
    SELECT FROM rejected_record known
    WHERE known.probe_id = r.probe_id AND known.sequence IS NOT DISTINCT FROM r.sequence
      AND known.record = r.record
)
ORDER BY r.probe_id, r.sequence, r.record, r.received_at
