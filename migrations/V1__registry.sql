-- The registry: countries, areas, schools and the ids that others know them by.
CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE country (
    code        text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
    name        text NOT NULL CHECK (name <> ''),
    -- IANA name; school days are local days.
    time_zone   text NOT NULL DEFAULT 'UTC' CHECK (time_zone <> ''),
    -- Opening hours of a school day, local time, and its week days (1 = Monday … 7 = Sunday).
    opens_at    time NOT NULL DEFAULT '08:00',
    closes_at   time NOT NULL DEFAULT '16:00',
    school_days smallint[] NOT NULL DEFAULT '{1,2,3,4,5}',
    -- Days over which a status looks back.
    window_days integer NOT NULL DEFAULT 28 CHECK (window_days BETWEEN 1 AND 366),
    -- An invented country is named as such wherever it is shown.
    invented    boolean NOT NULL DEFAULT false,
    -- Who published the school list and the areas, and under which licence.
    credit      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (opens_at < closes_at),
    CHECK (school_days <@ '{1,2,3,4,5,6,7}' AND cardinality(school_days) > 0)
);

-- Floor and target by which a country's schools are judged; Mbps are 10^6 bits per second.
CREATE TABLE benchmark (
    country_code         text PRIMARY KEY REFERENCES country (code) ON DELETE CASCADE,
    name                 text NOT NULL,
    source               text NOT NULL,
    download_floor_mbps  double precision NOT NULL CHECK (download_floor_mbps > 0),
    download_target_mbps double precision NOT NULL,
    -- Above `large_school_students` the target is kbps for each student.
    large_school_students        integer NOT NULL CHECK (large_school_students > 0),
    large_school_kbps_per_student double precision NOT NULL CHECK (large_school_kbps_per_student > 0),
    CHECK (download_target_mbps >= download_floor_mbps)
);

CREATE TABLE area (
    id           uuid PRIMARY KEY,
    country_code text NOT NULL REFERENCES country (code),
    level        smallint NOT NULL CHECK (level BETWEEN 0 AND 4),
    parent_id    uuid REFERENCES area (id),
    -- What an import recognises the area by: its code, else its name.
    match_key    text NOT NULL CHECK (match_key <> ''),
    code         text,
    name         text NOT NULL CHECK (name <> ''),
    names        jsonb NOT NULL DEFAULT '{}',
    geometry     geometry(MultiPolygon, 4326) NOT NULL CHECK (ST_IsValid(geometry)),
    attributes   jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (country_code, level, match_key)
);
CREATE INDEX area_geometry ON area USING gist (geometry);
CREATE INDEX area_geography ON area USING gist ((geometry::geography));
CREATE INDEX area_parent ON area (parent_id);

CREATE TABLE school (
    id               uuid PRIMARY KEY,
    country_code     text NOT NULL REFERENCES country (code),
    name             text NOT NULL CHECK (name <> ''),
    -- Absent when no believable position is known; `location_problem` says why.
    location         geometry(Point, 4326),
    location_problem text,
    education_level  text,
    student_count    integer CHECK (student_count >= 0),
    -- What the list says of its connectivity; three-valued truth is spelled out.
    connectivity_declared text NOT NULL DEFAULT 'unknown'
        CHECK (connectivity_declared IN ('yes', 'no', 'unknown')),
    -- Every column of the file that has no home above, and the position as it was stated.
    attributes       jsonb NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((location IS NULL) = (location_problem IS NOT NULL))
);
CREATE INDEX school_location ON school USING gist (location);
CREATE INDEX school_country_name ON school (country_code, name, id);

-- Ids that others know a school by.
CREATE TABLE school_alias (
    school_id    uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    country_code text NOT NULL REFERENCES country (code),
    scheme       text NOT NULL CHECK (scheme IN ('giga', 'government', 'osm', 'import')),
    value        text NOT NULL CHECK (value <> ''),
    PRIMARY KEY (country_code, scheme, value)
);
CREATE INDEX school_alias_school ON school_alias (school_id);
CREATE INDEX school_alias_value ON school_alias (value);

-- The areas that a school's position lies in, one a level; never from the file's text.
CREATE TABLE school_area (
    school_id uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    level     smallint NOT NULL,
    area_id   uuid NOT NULL REFERENCES area (id),
    PRIMARY KEY (school_id, level)
);
CREATE INDEX school_area_area ON school_area (area_id);

-- One row a file that was taken; its findings beside it.
CREATE TABLE import (
    id           uuid PRIMARY KEY,
    country_code text NOT NULL REFERENCES country (code),
    subject      text NOT NULL CHECK (subject IN ('areas', 'schools')),
    file_name    text NOT NULL,
    file_sha256  bytea NOT NULL,
    actor        text NOT NULL,
    row_count        integer NOT NULL,
    created_count    integer NOT NULL,
    updated_count    integer NOT NULL,
    unchanged_count  integer NOT NULL,
    rejected_count   integer NOT NULL,
    finding_count    integer NOT NULL,
    imported_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE import_finding (
    import_id uuid NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    row_number integer NOT NULL,
    severity  text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    code      text NOT NULL,
    field     text,
    value     text,
    message   text NOT NULL
);
CREATE INDEX import_finding_import ON import_finding (import_id, row_number);
