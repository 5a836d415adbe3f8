-- How often did a school's installations of Giga Meter look since a time, and find the internet there?
SELECT count(*) AS checks, count(*) FILTER (WHERE k.is_connected) AS connected
FROM giga_meter_check k
WHERE k.probe_id IN (SELECT id FROM probe WHERE school_id = $1 AND software = 'giga_meter')
  AND k.checked_at >= $2
