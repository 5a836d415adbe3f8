-- Into which cells does the square around each row reach? Its own, and those that a corner of the
-- square lies in; the cells wrap at the antimeridian.
INSERT INTO reach (row_number, name, level, location, x, y, cell_x, cell_y, crowded, common)
WITH corners AS (
    SELECT s.*,
           floor((x - w) * 100)::integer AS west, floor((x + w) * 100)::integer AS east,
           floor((y - h) * 100)::integer AS south, floor((y + h) * 100)::integer AS north
    FROM spot s
    CROSS JOIN LATERAL (
        SELECT $1::double precision / 110000 AS h,
               $1::double precision / 110000 / greatest(cos(radians(abs(y) + 0.002)), 0.02) AS w
    ) d
)
SELECT row_number, name, level, location, x, y,
       CASE WHEN at_x < -18000 THEN at_x + 36000 WHEN at_x >= 18000 THEN at_x - 36000
            ELSE at_x END,
       at_y, crowded, common
FROM (
    SELECT c.*, west AS at_x, south AS at_y FROM corners c
    UNION ALL
    SELECT c.*, east, south FROM corners c WHERE east > west
    UNION ALL
    SELECT c.*, west, north FROM corners c WHERE north > south
    UNION ALL
    SELECT c.*, east, north FROM corners c WHERE east > west AND north > south
) c
