-- Paths stage by stage, and the learning platforms' pages.
ALTER TABLE path_check
    -- 95th percentile of the round trip less the smallest (RFC 5481, section 4.2).
    ADD COLUMN pdv_p95_ms double precision;

CREATE TABLE page_check (
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
    url            text NOT NULL,
    -- Absent: not reached, or (of the first) there was no name to look up.
    dns_ms         double precision,
    connect_ms     double precision,
    tls_ms         double precision,
    http_ms        double precision,
    http_status    smallint,
    ip_version     smallint,
    bytes_down     bigint NOT NULL,
    invalid_reason text,
    in_opening_hours boolean NOT NULL
) PARTITION BY RANGE (measured_at);
CREATE INDEX page_check_school ON page_check (school_id, measured_at DESC);
CREATE INDEX page_check_time ON page_check USING brin (measured_at);
