-- What will a list not overrule?
INSERT INTO school_override (school_id, field, name, location, correction_id, since)
SELECT school_id, field, name, location, id, $2 FROM school_correction WHERE id = $1
ON CONFLICT (school_id, field) DO UPDATE SET
    name = excluded.name, location = excluded.location, correction_id = excluded.correction_id,
    since = excluded.since
