-- Whose session is this?
SELECT a.id, a.login, a.role
FROM session s
JOIN account a ON a.id = s.account_id
WHERE s.token_hash = $1 AND s.expires_at > $2
