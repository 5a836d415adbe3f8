-- What a speed test's rates rest on, and what probes say of records that do not exist.
ALTER TABLE speed_test
    -- Mean over the whole transfer, slow start included.
    ADD COLUMN download_mean_mbps double precision,
    ADD COLUMN upload_mean_mbps   double precision,
    -- Rate of the second at whose end the transfer was first steady, whether or not that stopped it.
    ADD COLUMN download_steady_mbps double precision,
    ADD COLUMN upload_steady_mbps   double precision,
    ADD COLUMN download_stop_reason text,
    ADD COLUMN upload_stop_reason   text,
    -- Absent: cannot be told.
    ADD COLUMN cross_traffic boolean,
    ADD COLUMN interface_bytes_down bigint,
    ADD COLUMN interface_bytes_up   bigint,
    ADD COLUMN attempts smallint,
    -- Bytes in each 100 ms, of tests that ran on after they were steady or never were: only these
    -- can show what another rule of stopping would have said.
    ADD COLUMN download_samples integer[],
    ADD COLUMN upload_samples   integer[];

CREATE TABLE probe_notice (
    probe_id    uuid NOT NULL,
    sequence    bigint NOT NULL,
    noticed_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    -- `skipped` or `dropped`, of records of which kind, how many, and why.
    notice      text NOT NULL CHECK (notice IN ('skipped', 'dropped')),
    of_kind     text NOT NULL,
    count       bigint NOT NULL CHECK (count >= 0),
    reason      text NOT NULL,
    detail      text NOT NULL,
    PRIMARY KEY (probe_id, sequence)
);
