-- Which school-days must be summarised again, and within how many seconds?
INSERT INTO dirty_school_day (school_id, day, marked_at, due_at)
SELECT s, d, now(), now() + make_interval(secs => within_s)
FROM unnest($1::uuid[], $2::date[], $3::float8[]) AS t (s, d, within_s)
