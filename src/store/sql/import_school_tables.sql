-- What does the list say? Rows and their ids as they came; the columns below the line are worked
-- out here.
CREATE TEMP TABLE incoming (
    row_number       integer PRIMARY KEY,
    new_id           uuid NOT NULL,
    name             text,
    longitude        double precision,
    latitude         double precision,
    location_problem text,
    stated_longitude text,
    stated_latitude  text,
    education_level  text,
    student_count    integer,
    connectivity     text NOT NULL,
    attributes       jsonb NOT NULL,
    status           text NOT NULL,
    target_mbps      double precision NOT NULL,
    ---
    location         geometry(Point, 4326),
    school_id        uuid,
    created          boolean NOT NULL DEFAULT false,
    changed          boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
CREATE TEMP TABLE incoming_alias (
    row_number integer NOT NULL,
    scheme     text NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (row_number, scheme)
) ON COMMIT DROP;
