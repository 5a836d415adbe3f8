-- What was known of each school that the list changes, and what is from now on? `before` is what an
-- undo puts back, corrections that hold among it.
INSERT INTO school_change (school_id, actor, kind, import_id, before, after)
SELECT v.school_id, $3, v.verdict, $2,
       CASE WHEN v.verdict = 'updated' THEN school_facts(s) ||
           coalesce((SELECT jsonb_build_object('corrections', jsonb_agg(
                           jsonb_build_object('field', o.field, 'since', o.since, 'id', o.correction_id)
                           ORDER BY o.field))
                       FROM school_override o WHERE o.school_id = s.id HAVING count(*) > 0), '{}') END, NULL
FROM staged_verdict v
LEFT JOIN school s ON s.id = v.school_id
WHERE v.import_number = $1 AND v.verdict IN ('created', 'updated')
ORDER BY v.row_number
