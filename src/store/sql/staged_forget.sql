-- Which rows wait no longer? Repairs and verdicts go with them.
WITH areas AS (
    DELETE FROM staged_area WHERE import_number = $1
), verdicts AS (
    DELETE FROM staged_verdict WHERE import_number = $1
), repairs AS (
    DELETE FROM staged_repair WHERE import_number = $1
), displaced AS (
    DELETE FROM staged_displaced WHERE import_number = $1
)
DELETE FROM staged_school WHERE import_number = $1
