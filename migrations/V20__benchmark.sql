-- Rule sets that schools are judged by, kept as data: a version is written once and never changed, so
-- that every figure can say what it was judged by.
CREATE TABLE benchmark_rule_set (
    id            text NOT NULL CHECK (id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    version       integer NOT NULL CHECK (version > 0),
    name          text NOT NULL CHECK (name <> ''),
    -- Who set it, and where it can be read.
    source        text NOT NULL CHECK (source <> ''),
    source_url    text CHECK (source_url ~ '^https?://'),
    -- When its source published it, as exactly as is known: 2024-03-04, 2022-03 or 2014.
    published     text CHECK (published ~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'),
    -- From this day on its source says something else.
    superseded_on date,
    -- A country's own; absent for those that any country may choose.
    country_code  text REFERENCES country (code),
    -- What the source leaves open, and what is taken then.
    note          text NOT NULL DEFAULT '',
    -- One object a metric: metric, floor, arms. The first arm whose condition holds gives the target;
    -- the last has none. Rates in Mbps (10^6 bits per second), rtt in ms, loss as a ratio.
    rules         jsonb NOT NULL
        CHECK (jsonb_typeof(rules) = 'array' AND rules @> '[{"metric": "download"}]'),
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version)
);

-- What a country judges by, since which local day. Never changed: the next decision is the next row.
CREATE TABLE country_benchmark (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code text NOT NULL REFERENCES country (code),
    rule_set     text NOT NULL,
    version      integer NOT NULL,
    since        date NOT NULL,
    decided_at   timestamptz NOT NULL DEFAULT now(),
    decided_by   text NOT NULL,
    FOREIGN KEY (rule_set, version) REFERENCES benchmark_rule_set (id, version)
);
CREATE INDEX country_benchmark_since ON country_benchmark (country_code, since, number);

CREATE FUNCTION benchmark_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'benchmark_rule_set' THEN
        -- That its source says something else from some day on is the one thing learned later.
        IF to_jsonb(new) - 'superseded_on' = to_jsonb(old) - 'superseded_on' THEN
            RETURN new;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are kept as they were written: add a new one', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER benchmark_rule_set_kept BEFORE UPDATE OR DELETE ON benchmark_rule_set
    FOR EACH ROW EXECUTE FUNCTION benchmark_is_kept();
CREATE TRIGGER benchmark_rule_set_all_kept BEFORE TRUNCATE ON benchmark_rule_set
    FOR EACH STATEMENT EXECUTE FUNCTION benchmark_is_kept();
CREATE TRIGGER country_benchmark_kept BEFORE UPDATE OR DELETE ON country_benchmark
    FOR EACH ROW EXECUTE FUNCTION benchmark_is_kept();

INSERT INTO benchmark_rule_set (id, version, name, source, source_url, published, note, rules) VALUES
('itu-2030', 1, 'ITU/UNICEF 2030',
 'UN Tech Envoy and ITU aspirational targets for 2030; floor as in Giga Maps',
 'https://www.itu.int/itu-d/meetings/statistics/umc2030/', '2022-04',
 'A school whose number of students is not known is judged as one of up to 400.',
 '[{"metric": "download", "floor": 1, "arms": [
     {"when": {"students_above": 400}, "per_student": 0.05, "at_least": 20}, {"target": 20}]}]'),
('giga', 1, 'Giga global', 'Giga Maps (UNICEF and ITU), its default for every country',
 'https://maps.giga.global', NULL,
 'Giga asks for more than 20 Mbps; here exactly 20 meets it. Students do not matter.',
 '[{"metric": "download", "floor": 1, "arms": [{"target": 20}]}]'),
('fcc-setda', 1, 'FCC/SETDA 1 Mbps a student',
 'FCC 14-99 (E-rate modernization order), long-term target of 1 Gbps per 1,000 users after SETDA',
 'https://docs.fcc.gov/public/attachments/FCC-14-99A1.pdf', '2014-07',
 'It names no floor: Giga''s 1 Mbps is taken. Users are taken to be students. Where their number is not known, 20 Mbps of the ITU target for 2030 is taken.',
 '[{"metric": "download", "floor": 1, "arms": [
     {"when": {"students_above": 0}, "per_student": 1, "at_least": 1}, {"target": 20}]}]'),
('enec-2-2024', 1, 'ENEC 2/2024',
 'Brazil, Executive Committee of the National Strategy of Connected Schools (CENEC), Resolution 2/2024',
 'https://www.gov.br/mec/pt-br/escolas-conectadas', '2024-03-04',
 'It names no floor: Giga''s 1 Mbps is taken. Where the busiest shift is not known, all students are taken to be one shift; where they are not known either, 50 Mbps is taken. A line of unknown technology is taken to be none by satellite. Nurseries are judged by their students, since the number of their staff is not known.',
 '[{"metric": "download", "floor": 1, "arms": [
     {"when": {"satellite": true}, "target": 20},
     {"when": {"busiest_shift_above": 1000}, "target": 1000},
     {"when": {"busiest_shift_above": 50}, "per_student_in_shift": 1, "at_least": 50},
     {"target": 50}]}]'),
('dfe', 1, 'DfE England',
 'Department for Education (England), broadband internet standards for schools and colleges',
 'https://www.gov.uk/guidance/meeting-digital-and-technology-standards-in-schools-and-colleges/broadband-internet-standards-for-schools-and-colleges',
 '2022-03',
 'It names no floor: Giga''s 1 Mbps is taken for download, none for upload. All-through schools and colleges count as secondary; a school of unknown level is judged as a primary one.',
 '[{"metric": "download", "floor": 1, "arms": [
     {"when": {"stage": "secondary"}, "target": 1000}, {"target": 100}]},
   {"metric": "upload", "arms": [
     {"when": {"stage": "secondary"}, "target": 1000}, {"target": 30}]}]');

-- What the table of old says of a country, as a rule set: the default, or the country's own.
CREATE FUNCTION benchmark_carried(b benchmark) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own text := 'own-' || lower(b.country_code);
    is_default boolean := (b.name, b.download_floor_mbps, b.download_target_mbps,
        b.large_school_students, b.large_school_kbps_per_student) = ('ITU/UNICEF 2030', 1, 20, 400, 50);
    next integer := 1;
BEGIN
    IF NOT is_default THEN
        SELECT coalesce(max(r.version), 0) + 1 INTO next FROM benchmark_rule_set r WHERE r.id = own;
        INSERT INTO benchmark_rule_set (id, version, name, source, country_code, note, rules)
        VALUES (own, next, b.name, b.source, b.country_code,
            'A school whose number of students is not known is judged as a small one.',
            jsonb_build_array(jsonb_build_object(
                'metric', 'download', 'floor', b.download_floor_mbps, 'arms', jsonb_build_array(
                    jsonb_build_object(
                        'when', jsonb_build_object('students_above', b.large_school_students),
                        'per_student', b.large_school_kbps_per_student / 1000,
                        'at_least', b.download_target_mbps),
                    jsonb_build_object('target', b.download_target_mbps)))));
    END IF;
    INSERT INTO country_benchmark (country_code, rule_set, version, since, decided_by)
    SELECT b.country_code, CASE WHEN is_default THEN 'itu-2030' ELSE own END, next,
           (now() AT TIME ZONE c.time_zone)::date, 'benchmark'
    FROM country c WHERE c.code = b.country_code;
END
$$;
SELECT benchmark_carried(b) FROM benchmark b;

-- Nothing reads that table any more. A program of before, still running while this one starts, may write
-- it: what it says is carried over.
CREATE FUNCTION benchmark_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM benchmark_carried(new);
    RETURN NULL;
END
$$;
CREATE TRIGGER benchmark_carry AFTER INSERT OR UPDATE ON benchmark
    FOR EACH ROW EXECUTE FUNCTION benchmark_carry();

-- What a country judged by on a local day: the newest decision of that day or before; before the first
-- one, that; without any, the ITU's.
CREATE FUNCTION benchmark_in_force(country text, on_day date)
RETURNS TABLE (rule_set text, version integer) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT f.rule_set, f.version
    FROM (SELECT b.rule_set, b.version, b.since <= on_day AS begun,
                 CASE WHEN b.since <= on_day THEN b.since - on_day ELSE on_day - b.since END AS nearest,
                 b.number
          FROM country_benchmark b WHERE b.country_code = country
          UNION ALL
          SELECT 'itu-2030', 1, false, NULL, 0) f
    ORDER BY f.begun DESC, f.nearest DESC NULLS LAST, f.number DESC
    LIMIT 1
$$;

-- What a verdict was judged by. Packets lost are read only where the rule set asks for them.
ALTER TABLE school_status
    ADD COLUMN rule_set text, ADD COLUMN rule_version integer, ADD COLUMN loss_ratio double precision;
-- Those that are to be judged again are all of a country's when it changes its rules; the job takes some
-- hundreds at a time.
CREATE INDEX school_status_stale ON school_status (computed_at) WHERE computed_at <= 'epoch'::timestamptz;
UPDATE school_status v SET rule_set = b.rule_set, rule_version = b.version
FROM school s JOIN country_benchmark b ON b.country_code = s.country_code
WHERE s.id = v.school_id;

-- A school's status week by week: one byte an ISO week of an ISO year, 0 where nothing was recorded, else
-- the place of the status in the order of a legend, from 1. No reference to the school, as school_status
-- has none; whoever deletes a school deletes this too. The row changes once a week in a column that no
-- index holds: with room beside it the change stays on its page.
CREATE TABLE school_status_history (
    school_id uuid NOT NULL,
    year      smallint NOT NULL CHECK (year BETWEEN 2000 AND 2999),
    weeks     bytea NOT NULL DEFAULT decode(repeat('00', 53), 'hex') CHECK (length(weeks) = 53),
    PRIMARY KEY (school_id, year)
) WITH (fillfactor = 70);

-- How far a country's schools have been gone through whose verdict stands since before this week.
CREATE TABLE status_history_progress (
    country_code text PRIMARY KEY REFERENCES country (code) ON DELETE CASCADE,
    year         smallint NOT NULL,
    week         smallint NOT NULL CHECK (week BETWEEN 1 AND 53),
    -- The last school that was looked at; absent before the first.
    after        uuid,
    done         boolean NOT NULL DEFAULT false
);

-- Past weeks (by their Monday) whose window holds a day that changed since: late data heals them.
CREATE TABLE dirty_status_week (
    monday    date NOT NULL,
    school_id uuid NOT NULL,
    PRIMARY KEY (monday, school_id)
);
