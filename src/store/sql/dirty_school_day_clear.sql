-- Which marks are done with? One that moved since it was read stays.
DELETE FROM dirty_school_day d
USING unnest($1::uuid[], $2::date[], $3::timestamptz[]) AS t (school_id, day, marked_at)
WHERE d.school_id = t.school_id AND d.day = t.day AND d.marked_at = t.marked_at
