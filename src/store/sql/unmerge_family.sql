-- Which schools go with a merged one when it goes: itself, and all that were merged into it before?
WITH RECURSIVE family AS (
    SELECT $1::uuid AS id
    UNION
    SELECT s.id FROM school s JOIN family f ON s.merged_into = f.id
)
SELECT id FROM family
