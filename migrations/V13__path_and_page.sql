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

-- Makes the partitions of all big tables from `first` to `last` month, inclusive. The big tables are
-- those of this schema that are partitioned by range: whoever adds one need not name it here.
CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    parent text;
    child text;
    made integer := 0;
BEGIN
    WHILE month <= last LOOP
        FOR parent IN
            SELECT c.relname
            FROM pg_partitioned_table p
            JOIN pg_class c ON c.oid = p.partrelid
            WHERE p.partstrat = 'r' AND c.relnamespace = current_schema()::regnamespace
            ORDER BY c.relname
        LOOP
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
