-- The field: who works there, what they correct, and which rows of a list are one school.
ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CONSTRAINT account_role_check CHECK (role IN ('administrator', 'technician'));

-- A school that turned out to be another one. It keeps its row and its verdict, and is in no list,
-- count or map: whoever asks about many schools asks for those with no `merged_into`. A survivor may
-- be merged in its turn, so that schools form trees; only a root counts.
ALTER TABLE school ADD COLUMN merged_into uuid REFERENCES school (id);
ALTER TABLE school ADD CONSTRAINT school_merged_elsewhere CHECK (merged_into <> id);
CREATE INDEX school_merged_into ON school (merged_into) WHERE merged_into IS NOT NULL;
-- Where it came from, as long as it is with a survivor. What a probe measured goes where it goes.
ALTER TABLE school_alias ADD COLUMN merged_from uuid REFERENCES school (id) ON DELETE CASCADE;
ALTER TABLE enrolment ADD COLUMN merged_from uuid REFERENCES school (id) ON DELETE CASCADE;
ALTER TABLE probe ADD COLUMN merged_from uuid REFERENCES school (id);

-- What somebody who stood there says it should be.
CREATE TABLE school_correction (
    id             uuid PRIMARY KEY,
    school_id      uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    field          text NOT NULL CHECK (field IN ('name', 'location')),
    name           text CHECK (name <> ''),
    location       geometry(Point, 4326),
    -- What the receiver itself said, metres; absent when the position was typed or pointed at.
    gps_accuracy_m double precision CHECK (gps_accuracy_m >= 0),
    note           text,
    proposed_by    text NOT NULL,
    proposed_at    timestamptz NOT NULL,
    -- What was known then.
    known_name     text NOT NULL,
    known_location geometry(Point, 4326),
    -- Metres beyond the nearest area; 0 within one, absent where no areas are known.
    beyond_border_m double precision,
    state          text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'approved', 'declined', 'withdrawn')),
    decided_by     text,
    decided_at     timestamptz,
    decision_note  text,
    CHECK ((field = 'name') = (name IS NOT NULL)),
    CHECK ((field = 'location') = (location IS NOT NULL)),
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL))
);
-- A person who proposes again replaces what was proposed before.
CREATE UNIQUE INDEX school_correction_one_pending
    ON school_correction (school_id, field, proposed_by) WHERE state = 'pending';
CREATE INDEX school_correction_state ON school_correction (state, id);
CREATE INDEX school_correction_school ON school_correction (school_id);

-- What a list does not overrule, until it states the same.
CREATE TABLE school_override (
    school_id     uuid NOT NULL REFERENCES school (id) ON DELETE CASCADE,
    field         text NOT NULL CHECK (field IN ('name', 'location')),
    name          text,
    location      geometry(Point, 4326),
    correction_id uuid NOT NULL REFERENCES school_correction (id) ON DELETE CASCADE,
    since         timestamptz NOT NULL,
    PRIMARY KEY (school_id, field),
    CHECK ((field = 'name') = (name IS NOT NULL)),
    CHECK ((field = 'location') = (location IS NOT NULL))
);

-- What will be known of each school that a staged row was recognised as. What the file has no column
-- for stays as it is; an attribute that the file has a column for and that is blank now is gone. What
-- a person corrected stays too, unless the file now states the same: a position within `same_place_m`
-- metres, since lists round them.
CREATE FUNCTION staged_merge(of_import bigint, same_place_m double precision) RETURNS TABLE (
    row_number integer, school_id uuid, name text, location geometry, location_problem text,
    education_level text, student_count integer, connectivity text, attributes jsonb
) LANGUAGE sql STABLE AS $$
    SELECT r.row_number, s.id,
           coalesce(CASE WHEN r.name IS NOT NULL THEN n.name END, r.name, s.name),
           CASE WHEN l.location IS NULL OR ST_DWithin(l.location::geography,
                                                      r.location::geography, same_place_m)
                THEN r.location ELSE l.location END,
           CASE WHEN l.location IS NULL THEN r.location_problem END,
           CASE WHEN (i.stated->>'education_level')::boolean
                THEN r.education_level ELSE s.education_level END,
           CASE WHEN (i.stated->>'student_count')::boolean
                THEN r.student_count ELSE s.student_count END,
           CASE WHEN (i.stated->>'connectivity')::boolean
                THEN r.connectivity ELSE s.connectivity_declared END,
           (s.attributes - i.attribute_names) || staged_attributes(r)
    FROM (
        SELECT m.stated,
               ARRAY(SELECT jsonb_array_elements_text(m.stated->'attributes')) AS attribute_names
        FROM import m WHERE m.number = of_import
    ) i
    JOIN staged_school r ON r.import_number = of_import
    JOIN staged_verdict v ON v.import_number = of_import AND v.row_number = r.row_number
                         AND v.verdict IN ('updated', 'unchanged')
    JOIN school s ON s.id = v.school_id
    LEFT JOIN school_override n ON n.school_id = s.id AND n.field = 'name'
    LEFT JOIN school_override l ON l.school_id = s.id AND l.field = 'location'
$$;
