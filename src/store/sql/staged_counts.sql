-- How will the rows go?
SELECT (count(*) FILTER (WHERE v.verdict = 'created'))::integer AS created,
       (count(*) FILTER (WHERE v.verdict = 'updated'))::integer AS updated,
       (count(*) FILTER (WHERE v.verdict = 'unchanged'))::integer AS unchanged,
       (count(*) FILTER (WHERE v.verdict <> 'rejected' AND r.location IS NULL
                            AND NOT EXISTS (SELECT FROM school_override o
                                            WHERE o.school_id = v.school_id
                                              AND o.field = 'location')))::integer
           AS not_placed,
       (SELECT count(*) FROM import_finding WHERE import_id = $2)::integer AS findings,
       (SELECT coalesce(jsonb_object_agg(matched_by, number), '{}')
        FROM (SELECT matched_by, count(*) AS number
              FROM staged_verdict
              WHERE import_number = $1 AND verdict IN ('updated', 'unchanged')
              GROUP BY matched_by) m) AS matched_by,
       (SELECT count(*) FROM school WHERE country_code = $3 AND merged_into IS NULL)::integer
           - (count(*) FILTER (WHERE v.verdict IN ('updated', 'unchanged')))::integer AS missing
FROM staged_verdict v
LEFT JOIN staged_school r ON r.import_number = $1 AND r.row_number = v.row_number
WHERE v.import_number = $1
