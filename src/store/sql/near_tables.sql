-- Where does each row lie, in which cell of a hundredth of a degree, and into which cells does the
-- square of the radius around it reach? A level that is not stated is blank, so that cells, levels and
-- names are joined by hash.
CREATE TEMP TABLE spot (
    row_number integer NOT NULL,
    name       text COLLATE "C",
    level      text COLLATE "C" NOT NULL,
    location   geometry(Point, 4326) NOT NULL,
    x          double precision NOT NULL,
    y          double precision NOT NULL,
    cell_x     integer NOT NULL,
    cell_y     integer NOT NULL,
    -- Stands on a point or in a cell with so many others that names are not compared one by one.
    crowded    boolean NOT NULL DEFAULT false,
    -- Has a name that so many in its cell have that nobody pairs them.
    common     boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
CREATE TEMP TABLE reach (LIKE spot) ON COMMIT DROP;
