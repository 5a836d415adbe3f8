-- Which school-days must be summarised again? Sorted, so that two reports cannot deadlock; the
-- mark moves, so that a summary that is being made meanwhile does not take it away.
INSERT INTO dirty_school_day (school_id, day, marked_at)
SELECT DISTINCT s, d, clock_timestamp() FROM unnest($1::uuid[], $2::date[]) AS t (s, d) ORDER BY s, d
ON CONFLICT (school_id, day) DO UPDATE SET marked_at = excluded.marked_at
