-- Which outlines cross themselves, and what remains when that is mended? ST_MakeValid keeps every
-- position; what it leaves of lines and points is no area.
UPDATE incoming_area i
SET fault = CASE WHEN NOT ST_IsValid(o.geometry) THEN ST_IsValidReason(o.geometry) END,
    geometry = CASE
        WHEN ST_IsValid(o.geometry) THEN o.geometry
        ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(o.geometry), 3))
    END
FROM (
    SELECT row_number, ST_GeomFromWKB(outline, 4326) AS geometry FROM incoming_area OFFSET 0
) o
WHERE o.row_number = i.row_number
