-- By which key does a measurement server of somebody else's tell what it saw, and when did it last?
ALTER TABLE measurement_server
    -- SHA-256 of the key; absent: it tells nothing, and what probes claim of it stands alone.
    ADD COLUMN key_hash bytea UNIQUE,
    ADD COLUMN told_at  timestamptz;
