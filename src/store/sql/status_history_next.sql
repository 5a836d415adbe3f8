-- Which country's schools are to be gone through next, and from which school on? A new week begins with
-- the first.
SELECT p.country_code, CASE WHEN w.same THEN p.after END AS after
FROM status_history_progress p
JOIN country c ON c.code = p.country_code
CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE c.time_zone)::date AS day) local
CROSS JOIN LATERAL (
    SELECT (p.year, p.week) = (extract(isoyear FROM local.day), extract(week FROM local.day)) AS same
) w
WHERE NOT w.same OR NOT p.done
ORDER BY p.country_code
LIMIT 1
FOR UPDATE OF p SKIP LOCKED
