-- Areas: their population, what their file says of their parent, what they were before, and whether
-- they still are.
ALTER TABLE area
    ADD COLUMN population         bigint CHECK (population >= 0),
    -- The year that the population is of, where the file states it.
    ADD COLUMN population_year    smallint CHECK (population_year BETWEEN 1800 AND 2200),
    -- What the file names as the parent; the parent itself comes from the outlines.
    ADD COLUMN parent_code_stated text,
    ADD COLUMN parent_name_stated text,
    -- Which import made the area what it is; recorded at the end of its transaction.
    ADD COLUMN import_id          uuid REFERENCES import (id) ON DELETE SET NULL
        DEFERRABLE INITIALLY DEFERRED,
    -- Since when the area is what it is.
    ADD COLUMN valid_from         timestamptz NOT NULL DEFAULT now(),
    -- A retired area is in no list, holds no schools, and comes back when a file names it again.
    ADD COLUMN retired_at         timestamptz;
UPDATE area SET valid_from = updated_at;

-- What an area was before: one row for each time that a file changed or retired it.
CREATE TABLE area_version (
    area_id         uuid NOT NULL REFERENCES area (id) ON DELETE CASCADE,
    valid_from      timestamptz NOT NULL,
    valid_to        timestamptz NOT NULL CHECK (valid_to >= valid_from),
    import_id       uuid REFERENCES import (id) ON DELETE SET NULL,
    parent_id       uuid REFERENCES area (id),
    code            text,
    name            text NOT NULL,
    names           jsonb NOT NULL,
    attributes      jsonb NOT NULL,
    population      bigint,
    population_year smallint,
    geometry        geometry(MultiPolygon, 4326) NOT NULL,
    PRIMARY KEY (area_id, valid_from)
);
CREATE INDEX area_version_import ON area_version (import_id);
CREATE INDEX area_import ON area (import_id);
