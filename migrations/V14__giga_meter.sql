-- Giga Meter's installations report here too: who may send for them, what they are, and what of theirs
-- is known already.

-- Keys of programs. Only the hash of a key is kept.
CREATE TABLE api_key (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (name <> ''),
    -- Absent: for schools of every country.
    country_code text REFERENCES country (code),
    key_hash     bytea NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL,
    -- To the hour, so that not every request writes.
    last_used_at timestamptz,
    revoked_at   timestamptz
);
-- A name comes free when its key is revoked.
CREATE UNIQUE INDEX api_key_name ON api_key (name) WHERE revoked_at IS NULL;

-- Whose program a probe is. Giga Meter's has no secret of ours: its reports come with an API key.
ALTER TABLE probe ADD COLUMN software text NOT NULL DEFAULT 'schoolbeat_probe'
    CHECK (software IN ('schoolbeat_probe', 'giga_meter'));
ALTER TABLE probe DROP CONSTRAINT probe_check;
ALTER TABLE probe ADD CONSTRAINT probe_secret
    CHECK (invented OR software <> 'schoolbeat_probe' OR secret_hash IS NOT NULL);
-- Every summary asks for these: where there are none it is answered at once.
CREATE INDEX probe_giga_meter ON probe (school_id) WHERE software = 'giga_meter';

-- Which probe is which installation of Giga Meter. A school may have several, also of one hash, when
-- two schools became one.
CREATE TABLE giga_meter_installation (
    probe_id          uuid PRIMARY KEY REFERENCES probe (id) ON DELETE CASCADE,
    -- SHA-256 of the id that the app was given when it was registered; of nothing where it sends none.
    installation_hash bytea NOT NULL
);
CREATE INDEX giga_meter_installation_hash ON giga_meter_installation (installation_hash);

-- Which records are measurements already: the big tables have no unique key. Forgotten after the 400
-- days beyond which nothing is taken as a measurement.
CREATE TABLE giga_meter_record (
    -- SHA-256 of the record's UUID.
    uuid_hash    bytea PRIMARY KEY,
    -- SHA-256 of what it says, so that a UUID that is used twice is told from a resend.
    content_hash bytea NOT NULL,
    received_at  timestamptz NOT NULL
);
CREATE INDEX giga_meter_record_received ON giga_meter_record (received_at);

-- What could not become a measurement, without what would name a person or a machine. What waits for
-- its school is taken up when the school is known. Forgotten after 400 days.
CREATE TABLE giga_meter_kept (
    content_hash      bytea PRIMARY KEY,
    kind              text NOT NULL CHECK (kind IN ('measurement', 'connectivity')),
    api_key_id        uuid NOT NULL REFERENCES api_key (id),
    giga_id           text NOT NULL,
    installation_hash bytea NOT NULL,
    received_at       timestamptz NOT NULL,
    reason            text NOT NULL,
    detail            text NOT NULL,
    record            text NOT NULL
);
CREATE INDEX giga_meter_kept_waiting ON giga_meter_kept (giga_id) WHERE reason = 'school_unknown';
CREATE INDEX giga_meter_kept_received ON giga_meter_kept (received_at);

-- One look of Giga Meter's at the internet, every quarter of an hour: at an instant, not for a span. The
-- school is the probe's.
CREATE TABLE giga_meter_check (
    probe_id         uuid NOT NULL,
    -- By the computer's own clock.
    checked_at       timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    is_connected     boolean NOT NULL,
    latency_ms       double precision,
    failure          text,
    in_opening_hours boolean NOT NULL,
    PRIMARY KEY (probe_id, checked_at)
) PARTITION BY RANGE (checked_at);

-- Whose tests a summary and a verdict rest on, where that is not our own probes: figures of two methods
-- are never averaged together.
ALTER TABLE school_day ADD COLUMN software text;
ALTER TABLE school_status ADD COLUMN software text;
