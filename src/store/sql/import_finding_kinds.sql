-- What kinds of findings are there, how many of each, in how many rows, and what does the first one
-- say?
WITH kind AS (
    SELECT severity, code, count(*) AS count,
           count(DISTINCT row_number) FILTER (WHERE row_number > 0) AS row_count
    FROM import_finding
    WHERE import_id = $1
    GROUP BY severity, code
)
SELECT DISTINCT ON (array_position('{error,warning,info}'::text[], severity), code)
       code, severity, k.count, k.row_count, f.row_number, f.field, f.value, f.message
FROM import_finding f
JOIN kind k USING (severity, code)
WHERE f.import_id = $1
ORDER BY array_position('{error,warning,info}'::text[], severity), code, f.row_number, f.id
