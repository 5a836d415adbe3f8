-- Who may log in from now on? A login that is taken stays as it is.
INSERT INTO account (id, login, role, password_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT (login) DO NOTHING
