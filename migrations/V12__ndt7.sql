-- What measurement servers saw of speed tests, and which servers there are.
ALTER TABLE speed_test
    -- The id under which the probe named the test to the measurement server.
    ADD COLUMN measurement_id uuid,
    -- Mean rates that the measurement server saw; absent where it is not ours, or has not told.
    ADD COLUMN server_download_mbps double precision,
    ADD COLUMN server_upload_mbps   double precision;

-- One direction of a test, as the server saw it. It does not know whose it was.
CREATE TABLE seen_transfer (
    started_at     timestamptz NOT NULL,
    measurement_id uuid,
    direction      text NOT NULL,
    duration_ms    bigint NOT NULL,
    bytes          bigint NOT NULL,
    -- By the kernel; absent where it does not say.
    tcp_bytes           bigint,
    retransmitted_bytes bigint,
    rtt_min_ms     double precision,
    peak_mbps      double precision,
    contended      boolean NOT NULL,
    ending         text NOT NULL,
    client_name    text NOT NULL,
    server         text NOT NULL
) PARTITION BY RANGE (started_at);
CREATE INDEX seen_transfer_measurement ON seen_transfer (measurement_id)
    WHERE measurement_id IS NOT NULL;
CREATE INDEX seen_transfer_time ON seen_transfer USING brin (started_at);

-- Measurement servers of others, an internet provider's or an exchange's, that probes are sent to.
CREATE TABLE measurement_server (
    id           uuid PRIMARY KEY,
    name         text NOT NULL UNIQUE CHECK (name <> ''),
    -- ws:// or wss://, host and port.
    url          text NOT NULL,
    city         text,
    country_code text,
    -- Lower is asked first; the service's own server has 0.
    rank         integer NOT NULL DEFAULT 10,
    added_at     timestamptz NOT NULL DEFAULT now()
);

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
