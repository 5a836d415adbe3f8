-- On which points do several rows stand?
INSERT INTO import_finding (import_id, row_number, severity, code, field, value, message, origin)
SELECT $1, unnest(row_numbers), 'warning', 'position_shared', $3,
       format('%s, %s', y, x), format($4, row_count, row_numbers[1]), 'registry'
FROM (
    SELECT x, y, count(*) AS row_count, array_agg(row_number ORDER BY row_number) AS row_numbers
    FROM spot
    GROUP BY x, y
    HAVING count(*) >= $2
) p
