-- Where do the rows lie?
INSERT INTO located (school_id, location)
SELECT new_id, location FROM staged_school WHERE import_number = $1 AND location IS NOT NULL
