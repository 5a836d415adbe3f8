-- What is known of a school's presence since a time? A row reaches no farther than 30 days, which
-- bounds the months that are looked into ($2).
SELECT started_at, ended_at, state, detail
FROM presence
WHERE school_id = $1 AND started_at >= $2 AND ended_at > $3
ORDER BY started_at DESC
LIMIT $4
