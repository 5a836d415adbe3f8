-- Which repairs are decided otherwise than they were?
UPDATE staged_repair
SET accepted = $4
WHERE import_number = $1 AND kind = $2 AND ($3::integer[] IS NULL OR row_number = ANY ($3))
  AND accepted <> $4
RETURNING row_number
