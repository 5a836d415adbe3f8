-- Which school is a merged one now? A survivor may have been merged in its turn.
WITH RECURSIVE way AS (
    SELECT id, merged_into FROM school WHERE id = $1 AND merged_into IS NOT NULL
    UNION
    SELECT s.id, s.merged_into FROM school s JOIN way w ON s.id = w.merged_into
)
SELECT id FROM way WHERE merged_into IS NULL
