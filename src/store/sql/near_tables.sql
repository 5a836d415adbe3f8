-- Where does each row lie, in which cell of a hundredth of a degree, and into which cells does the
-- square of the radius around it reach?
CREATE TEMP TABLE spot (
    row_number integer NOT NULL,
    name       text,
    level      text,
    location   geometry(Point, 4326) NOT NULL,
    x          double precision NOT NULL,
    y          double precision NOT NULL,
    cell_x     integer NOT NULL,
    cell_y     integer NOT NULL,
    crowded    boolean NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE reach (
    row_number integer NOT NULL,
    name       text,
    level      text,
    location   geometry(Point, 4326) NOT NULL,
    x          double precision NOT NULL,
    y          double precision NOT NULL,
    cell_x     integer NOT NULL,
    cell_y     integer NOT NULL,
    crowded    boolean NOT NULL
) ON COMMIT DROP;
