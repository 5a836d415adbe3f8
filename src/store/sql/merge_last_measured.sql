-- When was the survivor last measured, if the merged one's tests are its own?
UPDATE school_status v
SET last_measured_at = greatest(v.last_measured_at, m.last_measured_at)
FROM school_status m
WHERE m.school_id = $1 AND v.school_id = $2
