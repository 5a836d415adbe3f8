-- Whose nearest thing was one that moved or went? They are measured anew.
WITH forgotten AS (
    DELETE FROM school_distance d USING touched t WHERE d.infrastructure_id = t.id
    RETURNING d.school_id
)
INSERT INTO to_measure (school_id, location)
SELECT s.id, s.location
FROM school s
WHERE s.id IN (SELECT school_id FROM forgotten)
