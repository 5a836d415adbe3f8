-- Lists of millions: the areas of a row in one row, positions by index, and a first list without the
-- upkeep of every index.
TRUNCATE staged_school, staged_verdict, staged_repair, staged_displaced;
DROP TABLE staged_area;

-- Which areas cover a row's position, the deepest last.
CREATE UNLOGGED TABLE staged_area (
    import_number bigint NOT NULL,
    row_number    integer NOT NULL,
    area_ids      uuid[] NOT NULL
);

-- For the map of the rows, and for finding their areas.
CREATE INDEX staged_school_location ON staged_school USING gist (location);

-- As before, but no longer said to be immutable, which `jsonb_build_object` is not: only so does it
-- become a part of the statement that calls it.
CREATE OR REPLACE FUNCTION staged_attributes(r staged_school) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN r.location_problem = 'outside_country'
        THEN r.attributes || jsonb_strip_nulls(jsonb_build_object(
            'longitude_as_stated', r.stated_longitude, 'latitude_as_stated', r.stated_latitude))
        ELSE r.attributes
    END
$$;

-- Ids are codes, in no language's order, and compared byte by byte many times faster.
ALTER TABLE school_alias
    ALTER COLUMN scheme TYPE text COLLATE "C", ALTER COLUMN value TYPE text COLLATE "C";

-- Takes the indexes and references that nothing relies on off the tables of a registry that has no
-- school yet: made once, when all rows are there, they cost a fifth. False, and nothing done, if there
-- are schools, or if somebody reads the tables at the moment; nobody else can until the end of the
-- transaction.
CREATE FUNCTION registry_set_aside() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    waits text := current_setting('lock_timeout');
    part record;
BEGIN
    BEGIN
        PERFORM set_config('lock_timeout', '2s', true);
        LOCK TABLE school, school_alias, school_area, school_status, school_change
            IN ACCESS EXCLUSIVE MODE;
        PERFORM set_config('lock_timeout', waits, true);
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        RETURN false;
    END;
    IF EXISTS (SELECT FROM school) OR EXISTS (SELECT FROM school_change) THEN
        RETURN false;
    END IF;
    CREATE TEMP TABLE set_aside (
        ordinal   integer GENERATED ALWAYS AS IDENTITY,
        statement text NOT NULL
    ) ON COMMIT DROP;
    FOR part IN
        SELECT conrelid::regclass AS of_table, conname, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint
        WHERE contype = 'f' AND conrelid IN ('school'::regclass, 'school_alias'::regclass)
           OR contype = 'p' AND conrelid IN (
               'school_alias'::regclass, 'school_area'::regclass, 'school_status'::regclass)
    LOOP
        INSERT INTO set_aside (statement) VALUES (format(
            'ALTER TABLE %s ADD CONSTRAINT %I %s', part.of_table, part.conname, part.definition));
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', part.of_table, part.conname);
    END LOOP;
    FOR part IN
        SELECT indexrelid::regclass AS index, pg_get_indexdef(indexrelid) AS definition
        FROM pg_index
        WHERE NOT indisunique AND indrelid IN (
            'school'::regclass, 'school_alias'::regclass, 'school_area'::regclass,
            'school_change'::regclass)
    LOOP
        INSERT INTO set_aside (statement) VALUES (part.definition);
        EXECUTE format('DROP INDEX %s', part.index);
    END LOOP;
    RETURN true;
END
$$;

-- Puts back what was set aside in this transaction: references last, for they need the indexes.
CREATE FUNCTION registry_restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text;
BEGIN
    FOR part IN SELECT statement FROM set_aside ORDER BY ordinal DESC LOOP
        EXECUTE part;
    END LOOP;
END
$$;
