-- What is older than anything that could still be taken as a measurement? So much at a time.
WITH old_records AS (
    DELETE FROM giga_meter_record
    WHERE uuid_hash IN (SELECT uuid_hash FROM giga_meter_record
                        WHERE received_at < $1 ORDER BY received_at LIMIT $2)
    RETURNING 1
), old_kept AS (
    DELETE FROM giga_meter_kept
    WHERE content_hash IN (SELECT content_hash FROM giga_meter_kept
                           WHERE received_at < $1 ORDER BY received_at LIMIT $2)
    RETURNING 1
)
SELECT (SELECT count(*) FROM old_records) + (SELECT count(*) FROM old_kept) AS forgotten
