-- Probes, what they measured, and what follows from it.
CREATE TABLE enrolment (
    id         uuid PRIMARY KEY,
    school_id  uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    code_hash  bytea NOT NULL UNIQUE,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    CHECK (expires_at > created_at)
);
CREATE INDEX enrolment_school ON enrolment (school_id);

CREATE TABLE probe (
    id               uuid PRIMARY KEY,
    school_id        uuid NOT NULL REFERENCES school (id),
    enrolment_id     uuid UNIQUE REFERENCES enrolment (id) ON DELETE SET NULL,
    vantage          text NOT NULL CHECK (vantage IN ('device', 'router', 'isp', 'browser')),
    -- An invented probe reports nothing over the network; its history was made up.
    invented         boolean NOT NULL DEFAULT false,
    secret_hash      bytea UNIQUE,
    software_version text NOT NULL DEFAULT '',
    -- Highest record number that is stored: what makes a resend recognisable.
    last_sequence    bigint NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
    last_report_at   timestamptz,
    clock_offset_ms  bigint,
    enrolled_at      timestamptz NOT NULL DEFAULT now(),
    revoked_at       timestamptz,
    CHECK (invented OR secret_hash IS NOT NULL)
);
CREATE INDEX probe_school ON probe (school_id);

-- Big tables: no foreign keys, insert only, month partitions, every key would hold school and time.
CREATE TABLE speed_test (
    school_id        uuid NOT NULL,
    measured_at      timestamptz NOT NULL,
    probe_id         uuid NOT NULL,
    sequence         bigint NOT NULL,
    received_at      timestamptz NOT NULL,
    -- The probe's own clock, uncorrected, and what `measured_at` was derived from.
    probe_clock_at   timestamptz,
    time_basis       text NOT NULL,
    vantage          text NOT NULL,
    outcome          text NOT NULL,
    failed_stage     text,
    failure          text,
    protocol         text NOT NULL,
    server           text NOT NULL,
    download_mbps    double precision,
    upload_mbps      double precision,
    rtt_min_ms       double precision,
    rtt_loaded_ms    double precision,
    retransmit_ratio double precision,
    bytes_down       bigint NOT NULL,
    bytes_up         bigint NOT NULL,
    download_duration_ms bigint NOT NULL,
    upload_duration_ms   bigint NOT NULL,
    -- Absent: the test is valid. Otherwise the reason that keeps it out of every average.
    invalid_reason   text,
    in_opening_hours boolean NOT NULL
) PARTITION BY RANGE (measured_at);
CREATE INDEX speed_test_school ON speed_test (school_id, measured_at DESC);
CREATE INDEX speed_test_time ON speed_test USING brin (measured_at);

CREATE TABLE path_check (
    school_id      uuid NOT NULL,
    measured_at    timestamptz NOT NULL,
    probe_id       uuid NOT NULL,
    sequence       bigint NOT NULL,
    received_at    timestamptz NOT NULL,
    probe_clock_at timestamptz,
    time_basis     text NOT NULL,
    vantage        text NOT NULL,
    outcome        text NOT NULL,
    failed_stage   text,
    failure        text,
    target         text NOT NULL,
    target_kind    text NOT NULL,
    method         text NOT NULL,
    sent           integer NOT NULL,
    received       integer NOT NULL,
    timeout_ms     bigint NOT NULL,
    rtt_min_ms     double precision,
    rtt_median_ms  double precision,
    rtt_p95_ms     double precision,
    rtt_max_ms     double precision,
    jitter_ms      double precision,
    loss_ratio     double precision,
    invalid_reason text,
    in_opening_hours boolean NOT NULL
) PARTITION BY RANGE (measured_at);
CREATE INDEX path_check_school ON path_check (school_id, measured_at DESC);
CREATE INDEX path_check_time ON path_check USING brin (measured_at);

-- What could not become a measurement, as it came.
CREATE TABLE rejected_record (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    probe_id    uuid NOT NULL,
    school_id   uuid NOT NULL,
    sequence    bigint,
    received_at timestamptz NOT NULL,
    reason      text NOT NULL,
    detail      text NOT NULL,
    -- Text, not jsonb: it may not be JSON that PostgreSQL takes.
    record      text NOT NULL
);
CREATE INDEX rejected_record_probe ON rejected_record (probe_id, received_at DESC);

-- School-days whose summary no longer matches the raw rows.
CREATE TABLE dirty_school_day (
    school_id uuid NOT NULL,
    day       date NOT NULL,
    marked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (school_id, day)
);

-- One row a school and local day: exact, recomputable from raw rows at any time.
CREATE TABLE school_day (
    school_id            uuid NOT NULL,
    day                  date NOT NULL,
    tests                integer NOT NULL,
    valid_tests          integer NOT NULL,
    failed_tests         integer NOT NULL,
    download_median_mbps double precision,
    download_p5_mbps     double precision,
    download_p95_mbps    double precision,
    upload_median_mbps   double precision,
    rtt_median_ms        double precision,
    loss_ratio           double precision,
    path_checks          integer NOT NULL,
    bytes_used           bigint NOT NULL,
    PRIMARY KEY (school_id, day)
);

-- The verdict of now, and the evidence for it.
CREATE TABLE school_status (
    school_id            uuid PRIMARY KEY REFERENCES school (id) ON DELETE CASCADE,
    status               text NOT NULL CHECK (status IN
        ('good', 'moderate', 'bad', 'connected_unmeasured', 'not_connected', 'unknown')),
    valid_tests          integer NOT NULL DEFAULT 0,
    failed_tests         integer NOT NULL DEFAULT 0,
    -- True when the window held no test in opening hours, so that all hours were taken.
    off_hours_only       boolean NOT NULL DEFAULT false,
    download_median_mbps double precision,
    upload_median_mbps   double precision,
    rtt_median_ms        double precision,
    target_download_mbps double precision NOT NULL,
    floor_download_mbps  double precision NOT NULL,
    last_measured_at     timestamptz,
    computed_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX school_status_computed ON school_status (computed_at) WHERE valid_tests + failed_tests > 0;

-- Makes the partitions of both big tables from `first` to `last` month, inclusive.
CREATE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    parent text;
    child text;
    made integer := 0;
BEGIN
    WHILE month <= last LOOP
        FOREACH parent IN ARRAY ARRAY['speed_test', 'path_check'] LOOP
            child := parent || '_' || to_char(month, 'YYYY_MM');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
                    (month::timestamp AT TIME ZONE 'UTC'),
                    ((month + interval '1 month')::timestamp AT TIME ZONE 'UTC'));
                made := made + 1;
            END IF;
        END LOOP;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
