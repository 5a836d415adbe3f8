-- Which corrections does the list now state itself? They are at their end: the list counts again.
DELETE FROM school_override o
USING staged_verdict v, staged_school r
WHERE v.import_number = $1 AND v.verdict IN ('updated', 'unchanged')
  AND r.import_number = $1 AND r.row_number = v.row_number AND o.school_id = v.school_id
  AND CASE o.field
          WHEN 'name' THEN r.name = o.name
          ELSE ST_DWithin(r.location::geography, o.location::geography, $2::double precision)
      END
