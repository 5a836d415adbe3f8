-- What a school could be connected to, and how far from it each school is.

-- A trusted extension: the owner of the database may add it. One index then serves the nearest of a
-- layer: it goes by layer first and by distance within it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- What a nearest thing is asked for: kind, generation, and whether it is there or only planned.
CREATE TABLE infrastructure_layer (
    id         smallint PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN
        ('fibre_node', 'fibre_line', 'microwave_node', 'cell_site', 'coverage', 'grid_line')),
    -- Absent where the kind has none, or where it is not stated.
    generation text CHECK (generation IN ('2G', '3G', '4G', '5G')),
    planned    boolean NOT NULL,
    UNIQUE NULLS NOT DISTINCT (kind, generation, planned),
    CHECK (generation IS NULL OR kind IN ('cell_site', 'coverage'))
);
INSERT INTO infrastructure_layer (id, kind, generation, planned)
SELECT row_number() OVER (ORDER BY planned, k.place, generation NULLS LAST), kind, generation, planned
FROM unnest('{fibre_node,fibre_line,microwave_node,cell_site,coverage,grid_line}'::text[])
         WITH ORDINALITY AS k (kind, place)
CROSS JOIN unnest('{2G,3G,4G,5G,NULL}'::text[]) AS generation
CROSS JOIN unnest('{false,true}'::boolean[]) AS planned
WHERE generation IS NULL OR kind IN ('cell_site', 'coverage');

-- What one source says of one kind, of one country or of all that it knows.
CREATE TABLE infrastructure_dataset (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN
        ('fibre_node', 'fibre_line', 'microwave_node', 'cell_site', 'coverage', 'grid_line')),
    source       text NOT NULL CHECK (source <> ''),
    -- A label, no reference: cables cross borders, and a neighbour need not be registered.
    country_code text CHECK (country_code ~ '^[A-Z]{3}$'),
    licence      text NOT NULL CHECK (licence <> ''),
    -- The day that the data describe, as their source says.
    as_of        date NOT NULL,
    -- The import that last spoke of it.
    import_id    uuid NOT NULL REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE NULLS NOT DISTINCT (kind, source, country_code)
);

CREATE TABLE infrastructure (
    id           uuid PRIMARY KEY,
    dataset_id   uuid NOT NULL REFERENCES infrastructure_dataset (id),
    kind         text NOT NULL,
    -- What an import recognises it by.
    match_key    text NOT NULL CHECK (match_key <> ''),
    name         text,
    status       text NOT NULL CHECK (status IN
        ('live', 'under_construction', 'planned', 'retired', 'unknown')),
    operator     text,
    technology   text,
    generations  text[] NOT NULL DEFAULT '{}' CHECK (generations <@ '{2G,3G,4G,5G}'),
    range_m      double precision CHECK (range_m > 0),
    geometry     geometry(Geometry, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geometry)),
    attributes   jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dataset_id, match_key),
    CHECK (GeometryType(geometry) = CASE
        WHEN kind IN ('fibre_node', 'microwave_node', 'cell_site') THEN 'POINT'
        WHEN kind = 'coverage' THEN 'MULTIPOLYGON'
        ELSE 'MULTILINESTRING' END)
);
CREATE INDEX infrastructure_geometry ON infrastructure USING gist (geometry);

-- The same, cut into what an index can measure to: points, and pieces of lines and of outlines. A
-- thing of several generations has its pieces in each of them.
CREATE TABLE infrastructure_part (
    infrastructure_id uuid NOT NULL REFERENCES infrastructure (id) ON DELETE CASCADE,
    layer             smallint NOT NULL REFERENCES infrastructure_layer (id),
    geography         geography(Geometry, 4326) NOT NULL
);
CREATE INDEX infrastructure_part_nearest ON infrastructure_part USING gist (layer, geography);
CREATE INDEX infrastructure_part_whole ON infrastructure_part (infrastructure_id);

-- The nearest of each layer: metres on the WGS 84 spheroid, 0 within a coverage.
CREATE TABLE school_distance (
    school_id         uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    layer             smallint NOT NULL REFERENCES infrastructure_layer (id),
    infrastructure_id uuid NOT NULL REFERENCES infrastructure (id),
    distance_m        double precision NOT NULL CHECK (distance_m >= 0),
    PRIMARY KEY (school_id, layer)
);
CREATE INDEX school_distance_infrastructure ON school_distance (infrastructure_id);

-- Infrastructure may be of no country, or of one that has no schools here.
ALTER TABLE import ALTER COLUMN country_code DROP NOT NULL;
ALTER TABLE import DROP CONSTRAINT IF EXISTS import_subject_check;
ALTER TABLE import ADD CONSTRAINT import_subject_check
    CHECK (subject IN ('areas', 'schools', 'infrastructure'));
ALTER TABLE import ADD CONSTRAINT import_country_check
    CHECK (country_code IS NOT NULL OR subject = 'infrastructure');
