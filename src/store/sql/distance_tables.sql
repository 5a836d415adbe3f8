-- Which schools are measured, and what comes of it? The index serves the join that goes coverage by
-- coverage.
CREATE TEMP TABLE IF NOT EXISTS to_measure (
    school_id uuid PRIMARY KEY,
    location  geometry(Point, 4326)
) ON COMMIT DROP;
CREATE INDEX IF NOT EXISTS to_measure_location ON to_measure USING gist (location);
CREATE TEMP TABLE IF NOT EXISTS measured (
    school_id         uuid NOT NULL,
    layer             smallint NOT NULL,
    infrastructure_id uuid NOT NULL,
    distance_m        double precision NOT NULL,
    -- Whether nothing nearer can be among what was not looked at.
    certain           boolean NOT NULL,
    PRIMARY KEY (school_id, layer)
) ON COMMIT DROP;
TRUNCATE to_measure, measured;
