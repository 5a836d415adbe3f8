-- Into which cells does the square around each row reach? Its own, and those that a corner of the
-- square lies in; the cells wrap at the antimeridian.
INSERT INTO reach (row_number, name, level, location, x, y, cell_x, cell_y, crowded)
WITH corners AS (
    SELECT s.*,
           floor((x - w) * 100)::integer AS west, floor((x + w) * 100)::integer AS east,
           floor((y - h) * 100)::integer AS south, floor((y + h) * 100)::integer AS north
    FROM spot s
    CROSS JOIN LATERAL (
        SELECT $1::double precision / 110000 AS h, $1::double precision / 110000 / greatest(cos(radians(abs(y) + 0.002)), 0.02) AS w
    ) d
)
SELECT row_number, name, level, location, x, y,
       CASE WHEN cell_x < -18000 THEN cell_x + 36000 WHEN cell_x >= 18000 THEN cell_x - 36000
            ELSE cell_x END,
       cell_y, crowded
FROM (
    SELECT row_number, name, level, location, x, y, west AS cell_x, south AS cell_y, crowded
    FROM corners
    UNION ALL
    SELECT row_number, name, level, location, x, y, east, south, crowded
    FROM corners WHERE east > west
    UNION ALL
    SELECT row_number, name, level, location, x, y, west, north, crowded
    FROM corners WHERE north > south
    UNION ALL
    SELECT row_number, name, level, location, x, y, east, north, crowded
    FROM corners WHERE east > west AND north > south
) c
