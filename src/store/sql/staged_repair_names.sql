-- What are these rows called, as their repairs are decided? The letters are mended first, then the
-- spaces; a name that a repair changes is kept as it was stated.
UPDATE staged_school r
SET name = n.name,
    attributes = CASE WHEN n.name = n.stated THEN r.attributes - 'name_as_stated'
                      ELSE r.attributes || jsonb_build_object('name_as_stated', n.stated) END
FROM (
    SELECT row_number,
           coalesce(max(stated) FILTER (WHERE kind = 'trimmed_name'), max(stated)) AS stated,
           coalesce(max(name) FILTER (WHERE kind = 'mojibake' AND accepted),
                    max(CASE WHEN accepted THEN name ELSE stated END)
                        FILTER (WHERE kind = 'trimmed_name'),
                    max(stated)) AS name
    FROM staged_repair
    WHERE import_number = $1 AND kind IN ('mojibake', 'trimmed_name')
      AND row_number = ANY ($2::integer[])
    GROUP BY row_number
) n
WHERE r.import_number = $1 AND r.row_number = n.row_number
