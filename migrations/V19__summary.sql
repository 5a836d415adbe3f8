-- Summaries of schools and of groups of schools by day, week and month; and how long raw rows are kept.

-- How long the rows of each big table are kept, and since when they are there.
CREATE TABLE retention (
    table_name text PRIMARY KEY,
    keep_days  integer NOT NULL CHECK (keep_days <= 36500),
    -- A month's summary is made of raw rows, and may be healed for a month after.
    least_days integer NOT NULL,
    is_summarised boolean NOT NULL,
    -- What a partition spans, and how many are made ahead.
    span       text NOT NULL CHECK (span IN ('week', 'month')),
    ahead      integer NOT NULL CHECK (ahead BETWEEN 1 AND 60),
    -- Older rows were dropped. Moves forward only: what is kept for longer from now on does not come back.
    dropped_before timestamptz NOT NULL DEFAULT '1970-01-01 00:00+00',
    CHECK (keep_days >= least_days)
);
INSERT INTO retention (table_name, keep_days, least_days, is_summarised, span, ahead) VALUES
    ('speed_test', 400, 62, true, 'month', 3),
    ('presence', 400, 62, true, 'month', 3),
    ('path_check', 90, 62, true, 'month', 3),
    ('page_check', 90, 62, true, 'month', 3),
    ('giga_meter_check', 90, 7, false, 'month', 3),
    ('seen_transfer', 90, 7, false, 'month', 3),
    ('speed_test_sample', 14, 7, false, 'week', 6);

-- Bytes in each 100 ms of a test: much to keep, and of use only while a rule of stopping is judged. The
-- columns of speed_test that held them are empty from now on.
CREATE TABLE speed_test_sample (
    school_id        uuid NOT NULL,
    measured_at      timestamptz NOT NULL,
    probe_id         uuid NOT NULL,
    sequence         bigint NOT NULL,
    download_samples integer[],
    upload_samples   integer[]
) PARTITION BY RANGE (measured_at);
CREATE INDEX speed_test_sample_school ON speed_test_sample (school_id, measured_at DESC);
CREATE INDEX speed_test_sample_time ON speed_test_sample USING brin (measured_at);

-- Since when a table's rows are kept: nothing older is taken as a measurement.
CREATE FUNCTION kept_since(of_table text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT greatest(dropped_before, now() - make_interval(days => keep_days))
    FROM retention WHERE table_name = of_table
$$;

-- Makes the partition of a table that an instant lies in; whether there was none.
CREATE FUNCTION make_partition(of_table text, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    span text := (SELECT r.span FROM retention r WHERE r.table_name = of_table);
    first timestamp := date_trunc(span, at AT TIME ZONE 'UTC');
    child text := of_table || to_char(first, CASE span WHEN 'week' THEN '_IYYY_"w"IW' ELSE '_YYYY_MM' END);
BEGIN
    IF to_regclass(child) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, of_table,
                   first AT TIME ZONE 'UTC', (first + ('1 ' || span)::interval) AT TIME ZONE 'UTC');
    RETURN true;
END $$;

-- Makes the partitions of all that is kept and of what comes next; how many that were.
CREATE FUNCTION ensure_partitions() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one retention;
    at timestamptz;
    made integer := 0;
BEGIN
    FOR one IN SELECT * FROM retention ORDER BY table_name LOOP
        at := kept_since(one.table_name);
        WHILE at < now() + one.ahead * ('1 ' || one.span)::interval LOOP
            made := made + make_partition(one.table_name, at)::integer;
            at := date_trunc(one.span, at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
                + ('1 ' || one.span)::interval;
        END LOOP;
        made := made + make_partition(one.table_name, at)::integer;
    END LOOP;
    RETURN made;
END $$;
DROP FUNCTION ensure_partitions(date, date);

-- One row a school and local day, week (from Monday) or month: exact, recomputable from raw rows as
-- long as these are kept, and as it was when they were dropped.
CREATE TABLE school_summary (
    school_id     uuid NOT NULL,
    period        text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    starts_on     date NOT NULL,
    tests         integer NOT NULL,
    valid_tests   integer NOT NULL,
    failed_tests  integer NOT NULL,
    -- How many tests are invalid for which reason; absent where none is.
    invalid_tests jsonb,
    path_checks   integer NOT NULL,
    download_p5_mbps      double precision,
    download_median_mbps  double precision,
    download_p95_mbps     double precision,
    upload_p5_mbps        double precision,
    upload_median_mbps    double precision,
    upload_p95_mbps       double precision,
    -- Of path checks to our server.
    rtt_p5_ms             double precision,
    rtt_median_ms         double precision,
    rtt_p95_ms            double precision,
    -- Of speed tests.
    rtt_loaded_p5_ms      double precision,
    rtt_loaded_median_ms  double precision,
    rtt_loaded_p95_ms     double precision,
    jitter_p5_ms          double precision,
    jitter_median_ms      double precision,
    jitter_p95_ms         double precision,
    -- Packets lost ÷ sent; and of the single checks.
    loss_ratio            double precision,
    loss_p5_ratio         double precision,
    loss_median_ratio     double precision,
    loss_p95_ratio        double precision,
    -- Opening hours, and how many of their seconds were spent in which state. The rest is without data.
    open_s         bigint NOT NULL DEFAULT 0,
    online_s       bigint NOT NULL DEFAULT 0,
    lan_down_s     bigint NOT NULL DEFAULT 0,
    isp_down_s     bigint NOT NULL DEFAULT 0,
    service_down_s bigint NOT NULL DEFAULT 0,
    off_s          bigint NOT NULL DEFAULT 0,
    test_bytes     bigint NOT NULL DEFAULT 0,
    page_bytes     bigint NOT NULL DEFAULT 0,
    -- Whose tests the figures are of, where not our own probes'.
    software       text,
    PRIMARY KEY (school_id, period, starts_on)
) WITH (fillfactor = 80);
CREATE INDEX school_summary_period ON school_summary (period, starts_on);

INSERT INTO school_summary (school_id, period, starts_on, tests, valid_tests, failed_tests, path_checks,
                            download_p5_mbps, download_median_mbps, download_p95_mbps,
                            upload_median_mbps, rtt_median_ms, loss_ratio, test_bytes, software)
SELECT school_id, 'day', day, tests, valid_tests, failed_tests, path_checks, download_p5_mbps,
       download_median_mbps, download_p95_mbps, upload_median_mbps, rtt_median_ms, loss_ratio,
       bytes_used, software
FROM school_day;
-- All of them are made again, with what they had no column for.
INSERT INTO dirty_school_day (school_id, day) SELECT school_id, day FROM school_day;
DROP TABLE school_day;
-- What programs of before this migration read.
CREATE VIEW school_day AS
SELECT school_id, starts_on AS day, tests, valid_tests, failed_tests, download_median_mbps,
       download_p5_mbps, download_p95_mbps, upload_median_mbps, rtt_median_ms, loss_ratio, path_checks,
       test_bytes + page_bytes AS bytes_used, software
FROM school_summary WHERE period = 'day';

-- School-weeks and -months whose days changed. Nothing makes a mark unique: two servers that summarise
-- never wait for each other, and one mark too many costs little.
CREATE TABLE dirty_school_period (
    school_id uuid NOT NULL,
    period    text NOT NULL CHECK (period IN ('week', 'month')),
    starts_on date NOT NULL,
    due_at    timestamptz NOT NULL
);
CREATE INDEX dirty_school_period_of ON dirty_school_period (school_id, period, starts_on);
CREATE INDEX dirty_school_period_due ON dirty_school_period (due_at);

-- One row a country, area, provider or technology and local day, week or month, made of the rows of its
-- schools: each school counts once, however much it measures.
CREATE TABLE group_summary (
    country_code  text NOT NULL REFERENCES country (code) ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('country', 'area', 'provider', 'technology')),
    -- The country's code, the area's id, the provider's name in small letters, the technology.
    group_id      text NOT NULL,
    period        text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    starts_on     date NOT NULL,
    -- The name as most of the schools spell it; absent where it is kept elsewhere.
    name          text,
    -- Schools of which anything is known; with a valid test; with answered path checks; with presence.
    schools          integer NOT NULL,
    measured_schools integer NOT NULL,
    path_schools     integer NOT NULL,
    uptime_schools   integer NOT NULL,
    tests         bigint NOT NULL,
    valid_tests   bigint NOT NULL,
    failed_tests  bigint NOT NULL,
    path_checks   bigint NOT NULL,
    -- Percentiles over the schools' medians.
    download_p5_mbps      double precision,
    download_median_mbps  double precision,
    download_p95_mbps     double precision,
    upload_p5_mbps        double precision,
    upload_median_mbps    double precision,
    upload_p95_mbps       double precision,
    rtt_p5_ms             double precision,
    rtt_median_ms         double precision,
    rtt_p95_ms            double precision,
    rtt_loaded_p5_ms      double precision,
    rtt_loaded_median_ms  double precision,
    rtt_loaded_p95_ms     double precision,
    jitter_p5_ms          double precision,
    jitter_median_ms      double precision,
    jitter_p95_ms         double precision,
    -- Percentiles over the schools' shares.
    loss_p5_ratio         double precision,
    loss_median_ratio     double precision,
    loss_p95_ratio        double precision,
    uptime_p5_ratio       double precision,
    uptime_median_ratio   double precision,
    uptime_p95_ratio      double precision,
    -- Sums over the schools.
    open_s         bigint NOT NULL,
    online_s       bigint NOT NULL,
    lan_down_s     bigint NOT NULL,
    isp_down_s     bigint NOT NULL,
    service_down_s bigint NOT NULL,
    off_s          bigint NOT NULL,
    bytes_used     bigint NOT NULL,
    PRIMARY KEY (country_code, kind, group_id, period, starts_on)
);

-- Days, weeks and months of a country in which a school's changed.
CREATE TABLE dirty_group_period (
    country_code text NOT NULL REFERENCES country (code) ON DELETE CASCADE,
    period       text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    starts_on    date NOT NULL,
    due_at       timestamptz NOT NULL
);
CREATE INDEX dirty_group_period_of ON dirty_group_period (country_code, period, starts_on);
CREATE INDEX dirty_group_period_due ON dirty_group_period (due_at);

-- The oldest partition whose rows are all older than what is kept and counted in every summary that they
-- belong to.
CREATE FUNCTION outdated_partition() RETURNS TABLE (table_name text, partition_name text, ends_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT r.table_name, c.relname::text, bound.ends_at
    FROM retention r
    JOIN pg_inherits i ON i.inhparent = to_regclass(r.table_name)
    JOIN pg_class c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL (
        SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz
    ) AS bound (ends_at)
    WHERE bound.ends_at <= now() - make_interval(days => r.keep_days)
      AND NOT (r.is_summarised
               AND (EXISTS (SELECT FROM dirty_school_day d WHERE d.day <= bound.ends_at::date)
                    OR EXISTS (SELECT FROM dirty_school_period d
                               WHERE d.starts_on <= bound.ends_at::date)))
    ORDER BY bound.ends_at, r.table_name
    LIMIT 1
$$;

-- Drops that partition and returns its name. Whoever reads the table is waited for, but not for long:
-- what reports would have to wait too.
CREATE FUNCTION drop_outdated_partition() RETURNS text LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO found FROM outdated_partition();
    IF found.partition_name IS NOT NULL THEN
        UPDATE retention r SET dropped_before = greatest(r.dropped_before, found.ends_at)
        WHERE r.table_name = found.table_name;
        EXECUTE format('DROP TABLE %I', found.partition_name);
    END IF;
    RETURN found.partition_name;
END $$;
