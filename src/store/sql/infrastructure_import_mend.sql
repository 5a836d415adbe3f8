-- Where does each row lie, and which outlines cross themselves? ST_MakeValid keeps every position;
-- what it leaves of lines and points is no coverage. Points and lines are always valid here.
UPDATE incoming_infrastructure i
SET fault = CASE WHEN o.is_broken THEN ST_IsValidReason(o.geometry) END,
    geometry = CASE
        WHEN o.is_broken THEN ST_Multi(ST_CollectionExtract(ST_MakeValid(o.geometry), 3))
        ELSE o.geometry
    END
FROM (
    SELECT row_number, geometry,
           ST_Dimension(geometry) = 2 AND NOT ST_IsValid(geometry) AS is_broken
    FROM (
        SELECT row_number, ST_GeomFromWKB(outline, 4326) AS geometry
        FROM incoming_infrastructure
        OFFSET 0
    ) read
    OFFSET 0
) o
WHERE o.row_number = i.row_number
