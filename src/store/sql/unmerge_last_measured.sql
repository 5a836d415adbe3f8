-- When were these schools last measured, each by itself?
UPDATE school_status v
SET last_measured_at = (
    SELECT max(t.measured_at) FROM speed_test t
    WHERE t.school_id = v.school_id AND t.outcome = 'ok' AND t.invalid_reason IS NULL
      AND t.measured_at <= v.computed_at)
WHERE v.school_id = ANY ($1::uuid[])
