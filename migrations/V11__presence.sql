-- Whether the internet was there: spans of time in one state, with its cause. A time in no span of a
-- school is one without data.
CREATE TABLE presence (
    school_id   uuid NOT NULL,
    started_at  timestamptz NOT NULL,
    -- Moves on while the span goes on: a row is a span of at most a day, or of 30 days switched off.
    ended_at    timestamptz NOT NULL,
    probe_id    uuid NOT NULL,
    vantage     text NOT NULL,
    state       text NOT NULL,
    detail      text,
    time_basis  text NOT NULL,
    received_at timestamptz NOT NULL
) PARTITION BY RANGE (started_at);
CREATE INDEX presence_school ON presence (school_id, started_at DESC);
CREATE INDEX presence_time ON presence USING brin (started_at);

-- The newest span of a probe, so that the next one continues it, or shows that the machine was off.
ALTER TABLE probe
    ADD COLUMN presence_boot_id    text,
    ADD COLUMN presence_started_at timestamptz,
    ADD COLUMN presence_ended_at   timestamptz,
    ADD COLUMN presence_state      text,
    ADD COLUMN presence_detail     text;

-- Makes the partitions of all big tables from `first` to `last` month, inclusive.
CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    parent text;
    child text;
    made integer := 0;
BEGIN
    WHILE month <= last LOOP
        FOREACH parent IN ARRAY ARRAY['speed_test', 'path_check', 'presence'] LOOP
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
