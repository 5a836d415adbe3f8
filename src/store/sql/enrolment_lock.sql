-- What is this code worth? Locked: it can be redeemed once.
SELECT e.id, e.school_id, e.expires_at, e.redeemed_at, s.name AS school_name, s.country_code
FROM enrolment e
JOIN school s ON s.id = e.school_id
WHERE e.code_hash = $1
FOR UPDATE OF e
