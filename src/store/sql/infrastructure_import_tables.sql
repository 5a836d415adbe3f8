-- What does the file say? Rows as they came; the columns below the line are worked out here.
CREATE TEMP TABLE incoming_infrastructure (
    row_number  integer PRIMARY KEY,
    new_id      uuid NOT NULL,
    match_key   text NOT NULL UNIQUE,
    name        text,
    status      text NOT NULL,
    operator    text,
    technology  text,
    generations text[] NOT NULL,
    range_m     double precision,
    attributes  jsonb NOT NULL,
    outline     bytea NOT NULL,
    ---
    geometry    geometry(Geometry, 4326),
    fault       text,
    id          uuid,
    created     boolean NOT NULL DEFAULT false,
    -- Says something else than before; and somewhere else, or of another layer.
    changed     boolean NOT NULL DEFAULT false,
    moved       boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
-- Known things to which no distance holds any longer.
CREATE TEMP TABLE touched (id uuid PRIMARY KEY, gone boolean NOT NULL) ON COMMIT DROP;
