-- In which of these attributes does any row state an area?
SELECT array_remove(ARRAY[
    CASE WHEN bool_or(attributes ? ($2::text[])[1]) THEN ($2::text[])[1] END,
    CASE WHEN bool_or(attributes ? ($2::text[])[2]) THEN ($2::text[])[2] END,
    CASE WHEN bool_or(attributes ? ($2::text[])[3]) THEN ($2::text[])[3] END,
    CASE WHEN bool_or(attributes ? ($2::text[])[4]) THEN ($2::text[])[4] END
], NULL) AS fields
FROM staged_school
WHERE import_number = $1
