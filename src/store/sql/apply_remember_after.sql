-- What is known now of the schools that the list changed?
UPDATE school_change c
SET after = school_facts(s) ||
           coalesce((SELECT jsonb_build_object('corrections', jsonb_agg(
                           jsonb_build_object('field', o.field, 'since', o.since, 'id', o.correction_id)
                           ORDER BY o.field))
                       FROM school_override o WHERE o.school_id = s.id HAVING count(*) > 0), '{}')
FROM school s
WHERE c.import_id = $1 AND c.kind = 'updated' AND s.id = c.school_id
