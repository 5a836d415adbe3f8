-- Whose verdict rests on what the country judged by before? The job that judges takes those of the epoch
-- first.
UPDATE school_status t
SET computed_at = 'epoch'
FROM school s
WHERE s.id = t.school_id AND s.country_code = $1 AND s.merged_into IS NULL
