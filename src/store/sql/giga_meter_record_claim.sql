-- Which of these records are new? In the order of their hashes, so that two reports at once wait for
-- each other and never in a ring.
INSERT INTO giga_meter_record (uuid_hash, content_hash, received_at)
SELECT r.uuid_hash, r.content_hash, $3
FROM unnest($1::bytea[], $2::bytea[]) AS r (uuid_hash, content_hash)
ORDER BY r.uuid_hash
ON CONFLICT (uuid_hash) DO NOTHING
RETURNING uuid_hash
