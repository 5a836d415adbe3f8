-- Whose presence is it, once two schools are one?
UPDATE presence SET school_id = $2 WHERE school_id = $1
