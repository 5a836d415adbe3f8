-- What was found, row by row, of each kind the first $2, and how many more of the kind there are?
SELECT row_number, severity, code, field, value, message,
       greatest(of_kind - $2::bigint, 0) AS left_out
FROM (
    SELECT f.*, count(*) OVER (PARTITION BY severity, code) AS of_kind,
           row_number() OVER (PARTITION BY severity, code ORDER BY f.row_number, id) AS place
    FROM import_finding f
    WHERE import_id = $1
) k
WHERE place <= $2::bigint
ORDER BY row_number, id
