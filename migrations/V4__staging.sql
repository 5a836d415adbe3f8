-- Imports that are looked at before they are applied and can be undone, and the history of schools.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Moves with every change of a country's schools or areas. What was compared with an older registry
-- is compared again before it is applied.
ALTER TABLE country ADD COLUMN registry_version bigint NOT NULL DEFAULT 0;

-- A country that is not known yet is added when the import is applied, not when it is looked at.
ALTER TABLE import DROP CONSTRAINT import_country_code_fkey;
ALTER TABLE import
    ALTER COLUMN row_count SET DEFAULT 0,
    ALTER COLUMN created_count SET DEFAULT 0,
    ALTER COLUMN updated_count SET DEFAULT 0,
    ALTER COLUMN unchanged_count SET DEFAULT 0,
    ALTER COLUMN rejected_count SET DEFAULT 0,
    ALTER COLUMN finding_count SET DEFAULT 0,
    ADD COLUMN missing_count integer NOT NULL DEFAULT 0,
    ADD COLUMN not_placed_count integer NOT NULL DEFAULT 0,
    -- Rows by what they were recognised by.
    ADD COLUMN matched_by jsonb NOT NULL DEFAULT '{}',
    -- What the staged rows of this import are kept under.
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN state text NOT NULL DEFAULT 'applied' CHECK (state IN
        ('uploaded', 'reading', 'staged', 'applied', 'undone', 'discarded', 'failed')),
    -- Whose list it is, in a person's words: what was corrected of its columns is remembered by it.
    ADD COLUMN source text,
    -- The country as it will be added if it is new, and what changes of it if it is not.
    ADD COLUMN country_proposal jsonb NOT NULL DEFAULT '{}',
    -- How the file is to be read: encoding, delimiter, sheet, and the columns that a person corrected.
    ADD COLUMN options jsonb NOT NULL DEFAULT '{}',
    -- What the file seems to be and its columns seem to mean, for a person.
    ADD COLUMN layout jsonb,
    -- What the file speaks of at all; what it is silent on is left as it is known.
    ADD COLUMN stated jsonb,
    ADD COLUMN file_bytes bigint,
    ADD COLUMN rows_read integer NOT NULL DEFAULT 0,
    -- When the server that reads it last said so.
    ADD COLUMN progress_at timestamptz,
    -- The registry that the rows were compared with.
    ADD COLUMN registry_version bigint,
    ADD COLUMN staged_at timestamptz,
    ADD COLUMN applied_at timestamptz,
    ADD COLUMN applied_by text,
    ADD COLUMN undone_at timestamptz,
    ADD COLUMN undone_by text,
    -- Why it failed: a code and a message.
    ADD COLUMN failure jsonb;
UPDATE import SET applied_at = imported_at, applied_by = actor;
CREATE INDEX import_country ON import (country_code, number DESC);

-- What hangs on a school row by row is written by imports alone, some rows a school: checking each of
-- eight million rows of a list of two million took longer than writing them. Whoever deletes a school
-- deletes these with it.
ALTER TABLE school_area
    DROP CONSTRAINT school_area_school_id_fkey, DROP CONSTRAINT school_area_area_id_fkey;
ALTER TABLE school_status DROP CONSTRAINT school_status_school_id_fkey;
ALTER TABLE school_alias DROP CONSTRAINT school_alias_country_code_fkey;

-- `file`: the reader found it. `registry`: what is known did; asked anew whenever rows are compared.
ALTER TABLE import_finding
    ADD COLUMN origin text NOT NULL DEFAULT 'file' CHECK (origin IN ('file', 'registry')),
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- The file as it came, until it is applied or discarded: any server can read it.
CREATE TABLE import_file_chunk (
    import_id uuid NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    ordinal   integer NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (import_id, ordinal)
);

-- How the files of a source are to be read, from the last one that a person corrected.
CREATE TABLE import_source (
    country_code text NOT NULL,
    source       text NOT NULL CHECK (source <> ''),
    options      jsonb NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (country_code, source)
);

-- Rows that wait to be applied. Unlogged: after a crash the file is read again.
CREATE UNLOGGED TABLE staged_school (
    import_number    bigint NOT NULL,
    row_number       integer NOT NULL,
    -- The id of the school, if the row is a new one.
    new_id           uuid NOT NULL,
    -- The id of the school, if the file states ours.
    stated_id        uuid,
    government_id    text,
    giga_id          text,
    osm_id           text,
    -- Stands for a row without any id.
    import_key       text,
    name             text,
    location         geometry(Point, 4326),
    location_problem text,
    stated_longitude text,
    stated_latitude  text,
    education_level  text,
    student_count    integer,
    connectivity     text NOT NULL,
    attributes       jsonb NOT NULL,
    -- What is declared, judged: the verdict of a school that nothing was measured at.
    status           text NOT NULL,
    target_mbps      double precision NOT NULL,
    PRIMARY KEY (import_number, row_number)
);

-- Which areas cover a row's position, by the row's `new_id`.
CREATE UNLOGGED TABLE staged_area (
    import_number bigint NOT NULL,
    new_id        uuid NOT NULL,
    level         smallint NOT NULL,
    area_id       uuid NOT NULL
);

-- What becomes of each row, and which school it is.
CREATE UNLOGGED TABLE staged_verdict (
    import_number bigint NOT NULL,
    row_number    integer NOT NULL,
    verdict       text NOT NULL CHECK (verdict IN ('created', 'updated', 'unchanged', 'rejected')),
    school_id     uuid,
    -- `schoolbeat`, an id's scheme, or `position_and_name`.
    matched_by    text,
    -- From 0 to 1: how sure it is that the row is that school.
    confidence    real,
    PRIMARY KEY (import_number, row_number)
);

-- Repairs that are proposed, and whether they count.
CREATE UNLOGGED TABLE staged_repair (
    import_number bigint NOT NULL,
    row_number    integer NOT NULL,
    kind          text NOT NULL,
    stated        text NOT NULL,
    name          text,
    location      geometry(Point, 4326),
    accepted      boolean NOT NULL,
    PRIMARY KEY (import_number, row_number, kind)
);

-- Positions that were taken off the map because they lie outside the country.
CREATE UNLOGGED TABLE staged_displaced (
    import_number bigint NOT NULL,
    row_number    integer NOT NULL,
    location      geometry(Point, 4326) NOT NULL,
    PRIMARY KEY (import_number, row_number)
);

-- The history of each school. `before` and `after` hold what an import, a correction or a person
-- changed, with all ids; a school that was created has no `before`.
CREATE TABLE school_change (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    school_id uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text NOT NULL,
    kind      text NOT NULL CHECK (kind IN
        ('created', 'updated', 'undone', 'corrected', 'merged', 'unmerged')),
    import_id uuid,
    before    jsonb,
    after     jsonb
);
CREATE INDEX school_change_school ON school_change (school_id, id);
CREATE INDEX school_change_import ON school_change (import_id, id);

-- Everything that a row states and that has no column of its own. A position that is not believed is
-- kept as it was stated.
CREATE FUNCTION staged_attributes(r staged_school) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN r.location_problem = 'outside_country'
        THEN r.attributes || jsonb_strip_nulls(jsonb_build_object(
            'longitude_as_stated', r.stated_longitude, 'latitude_as_stated', r.stated_latitude))
        ELSE r.attributes
    END
$$;

-- What is known of a school, for its history. Numbers are written so that they read back the same.
CREATE FUNCTION school_facts(s school) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'name', s.name,
        'longitude', ST_X(s.location),
        'latitude', ST_Y(s.location),
        'location_problem', s.location_problem,
        'education_level', s.education_level,
        'student_count', s.student_count,
        'connectivity_declared', s.connectivity_declared,
        'attributes', s.attributes,
        'ids', coalesce((SELECT jsonb_agg(jsonb_build_array(a.scheme, a.value)
                                          ORDER BY a.scheme, a.value)
                         FROM school_alias a WHERE a.school_id = s.id), '[]'))
$$;
