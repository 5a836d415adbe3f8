-- What is the dataset that the file speaks for, and of which day was it until now?
WITH before AS (
    SELECT as_of FROM infrastructure_dataset
    WHERE kind = $2 AND source = $3 AND country_code IS NOT DISTINCT FROM $4
)
INSERT INTO infrastructure_dataset (id, kind, source, country_code, licence, as_of, import_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (kind, source, country_code) DO UPDATE
SET licence = excluded.licence, as_of = excluded.as_of, import_id = excluded.import_id
RETURNING id, (SELECT as_of FROM before) AS known_as_of
