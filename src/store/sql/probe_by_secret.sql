-- Whose secret is this, and when is its school open?
SELECT p.id, p.school_id, p.vantage, p.revoked_at, c.time_zone, c.opens_at, c.closes_at,
       c.school_days
FROM probe p
JOIN school s ON s.id = p.school_id
JOIN country c ON c.code = s.country_code
WHERE p.secret_hash = $1
