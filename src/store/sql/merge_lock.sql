-- What are these two schools now? In the order of their ids, so that two merges cannot wait for each
-- other.
SELECT id, name, education_level, merged_into
FROM school
WHERE id = ANY ($1::uuid[])
ORDER BY id
FOR UPDATE
