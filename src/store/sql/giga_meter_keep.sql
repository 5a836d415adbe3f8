-- What came that could not become a measurement? A resend of the same is the same.
INSERT INTO giga_meter_kept (content_hash, kind, api_key_id, giga_id, installation_hash, received_at,
                             reason, detail, record)
SELECT r.content_hash, $1, $2, r.giga_id, r.installation_hash, $3, r.reason, r.detail, r.record
FROM unnest($4::bytea[], $5::text[], $6::bytea[], $7::text[], $8::text[], $9::text[])
    AS r (content_hash, giga_id, installation_hash, reason, detail, record)
ORDER BY r.content_hash
ON CONFLICT (content_hash) DO NOTHING
