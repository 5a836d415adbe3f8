-- Which outlines were mended, and which enclose nothing? Those are taken out by the caller.
SELECT row_number, fault, ST_IsEmpty(geometry) AS is_empty
FROM incoming_infrastructure
WHERE fault IS NOT NULL OR ST_IsEmpty(geometry)
ORDER BY row_number
