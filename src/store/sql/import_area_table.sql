-- What does the file say? Areas as they came; the columns below the line are worked out here.
CREATE TEMP TABLE incoming_area (
    row_number      integer PRIMARY KEY,
    new_id          uuid NOT NULL,
    match_key       text NOT NULL UNIQUE,
    code            text,
    name            text NOT NULL,
    names           jsonb NOT NULL,
    attributes      jsonb NOT NULL,
    population      bigint,
    population_year smallint,
    parent_code     text,
    parent_name     text,
    outline         bytea NOT NULL,
    ---
    geometry        geometry(MultiPolygon, 4326),
    fault           text,
    area_id         uuid,
    created         boolean NOT NULL DEFAULT false,
    changed         boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
