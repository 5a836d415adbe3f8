-- What is known now of the schools that the list changed?
UPDATE school_change c
SET after = school_facts(s)
FROM school s
WHERE c.import_id = $1 AND c.kind = 'updated' AND s.id = c.school_id
