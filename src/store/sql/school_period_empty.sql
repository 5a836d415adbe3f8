-- Which of these weeks and months hold no day with a summary any longer? They have none either.
DELETE FROM school_summary p
USING unnest($1::uuid[], $2::text[], $3::date[]) AS d (school_id, period, starts_on)
WHERE p.school_id = d.school_id AND p.period = d.period AND p.starts_on = d.starts_on
  AND NOT EXISTS (
      SELECT FROM school_summary day
      WHERE day.school_id = p.school_id AND day.period = 'day' AND day.starts_on >= p.starts_on
        AND day.starts_on < p.starts_on + ('1 ' || p.period)::interval)
