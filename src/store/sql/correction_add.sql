-- What is proposed, and what is known now?
INSERT INTO school_correction (id, school_id, field, name, location, gps_accuracy_m, note,
                               proposed_by, proposed_at, known_name, known_location, beyond_border_m)
SELECT $1, id, $3, $4, ST_SetSRID(ST_MakePoint($5, $6), 4326), $7, $8, $9, $10, name, location, $11
FROM school
WHERE id = $2
ON CONFLICT (school_id, field, proposed_by) WHERE state = 'pending' DO NOTHING
