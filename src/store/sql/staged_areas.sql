-- Which areas do the rows lie in? Where two of a level share the border that a row lies on, the one
-- with the smaller key, so that the answer is the same everywhere and every time.
INSERT INTO staged_area (import_number, row_number, area_ids)
SELECT $1, row_number, array_agg(id)
FROM (
    SELECT DISTINCT ON (row_number, level) row_number, id FROM hit ORDER BY row_number, level, match_key
) h
GROUP BY row_number
