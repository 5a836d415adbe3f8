-- Where are the areas to be judged by their parents, and the parents in pieces?
CREATE TEMP TABLE nesting (
    area_id      uuid PRIMARY KEY,
    row_number   integer NOT NULL,
    parent_level smallint
) ON COMMIT DROP;
CREATE TEMP TABLE parent_piece (
    parent_id uuid NOT NULL,
    geometry  geometry(Geometry, 4326) NOT NULL
) ON COMMIT DROP;
CREATE INDEX parent_piece_geometry ON parent_piece USING gist (geometry);
