-- What of this kind waited for this school, and is to be taken up now? Only what came by a key for the
-- school's country. It is no longer kept: what comes of it is written in the same transaction.
DELETE FROM giga_meter_kept
WHERE content_hash IN (
    SELECT w.content_hash
    FROM giga_meter_kept w
    JOIN api_key k ON k.id = w.api_key_id
    WHERE w.giga_id = $1 AND w.kind = $2 AND w.reason = 'school_unknown'
      AND coalesce(k.country_code, $3) = $3
    ORDER BY w.received_at, w.content_hash
    LIMIT $4
    FOR UPDATE OF w SKIP LOCKED
)
RETURNING content_hash, api_key_id, installation_hash, received_at, record
