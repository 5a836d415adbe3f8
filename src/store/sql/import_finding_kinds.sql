-- What kinds of findings are there, how many of each, and what does the first one say?
SELECT DISTINCT ON (array_position('{error,warning,info}'::text[], severity), code)
       code, severity, count(*) OVER (PARTITION BY severity, code) AS count, row_number, field,
       value, message
FROM import_finding
WHERE import_id = $1
ORDER BY array_position('{error,warning,info}'::text[], severity), code, row_number, id
