-- Which probes does a school have?
SELECT id, vantage, invented, enrolled_at, last_report_at, revoked_at, software,
       software_version
FROM probe
WHERE school_id = $1
ORDER BY enrolled_at DESC, id
LIMIT 50
