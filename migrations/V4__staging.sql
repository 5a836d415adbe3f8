-- What happened to each school: who, when, from which file.
CREATE TABLE school_change (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    school_id uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text NOT NULL,
    kind      text NOT NULL
        CHECK (kind IN ('created', 'updated', 'undone', 'corrected', 'merged', 'unmerged')),
    import_id uuid,
    before    jsonb,
    after     jsonb
);
CREATE INDEX school_change_school ON school_change (school_id, at);
