-- What was seen of these measurements? The newest first: an id that was used twice means its last use.
SELECT * FROM seen_transfer WHERE measurement_id = ANY ($1::uuid[])
ORDER BY started_at DESC
LIMIT 2000
