-- Which corrections did the import bring to their end, because it stated the same? They hold again.
INSERT INTO school_override (school_id, field, name, location, correction_id, since)
SELECT k.school_id, k.field, k.name, k.location, k.id, (o.value->>'since')::timestamptz
FROM school_change c
CROSS JOIN LATERAL jsonb_array_elements(c.before->'corrections') o
JOIN school_correction k ON k.id = (o.value->>'id')::uuid
WHERE c.import_id = $1 AND c.kind = 'updated'
ON CONFLICT (school_id, field) DO NOTHING
