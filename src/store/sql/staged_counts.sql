-- How will the rows go?
SELECT (count(*) FILTER (WHERE v.verdict = 'created'))::integer AS created,
       (count(*) FILTER (WHERE v.verdict = 'updated'))::integer AS updated,
       (count(*) FILTER (WHERE v.verdict = 'unchanged'))::integer AS unchanged,
       (SELECT count(*)
        FROM staged_school r
        JOIN staged_verdict w ON w.import_number = $1 AND w.row_number = r.row_number
                             AND w.verdict <> 'rejected'
        WHERE r.import_number = $1 AND r.location IS NULL
          AND NOT EXISTS (SELECT FROM school_override o
                          WHERE o.school_id = w.school_id AND o.field = 'location'))::integer
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
WHERE v.import_number = $1
