-- What is a correction's state? Locked with its school: it is decided once.
SELECT c.state
FROM school_correction c
JOIN school s ON s.id = c.school_id
WHERE c.id = $1
FOR UPDATE OF s, c
