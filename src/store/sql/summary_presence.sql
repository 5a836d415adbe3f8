-- Which spans reach into these school-days? A row reaches no farther than 30 days, which bounds the
-- months that are looked into.
SELECT w.n::int AS n, p.started_at, p.ended_at, p.state, p.detail
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY
    AS w (school_id, begins_at, ends_at, n)
JOIN presence p ON p.school_id = w.school_id
    AND p.started_at >= w.begins_at - interval '30 days' AND p.started_at < w.ends_at
    AND p.ended_at > w.begins_at
ORDER BY w.n, p.started_at, p.ended_at, p.probe_id
