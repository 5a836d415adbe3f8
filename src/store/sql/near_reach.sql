-- Into which other cells does the square around each row reach? Those that a corner of it lies in; the
-- cells wrap at the antimeridian, and the position with them.
CREATE TEMP TABLE reach ON COMMIT DROP AS
WITH corners AS (
    SELECT s.*,
           floor((x - reach_x) * 100)::integer AS west,
           floor((x + reach_x) * 100)::integer AS east,
           floor((y - $1::double precision / 110000) * 100)::integer AS south,
           floor((y + $1::double precision / 110000) * 100)::integer AS north
    FROM spot s
), crossing AS (
    SELECT * FROM corners WHERE east > west OR north > south
), reached AS (
    SELECT c.*, west AS at_x, south AS at_y FROM crossing c
    UNION ALL
    SELECT c.*, east, south FROM crossing c WHERE east > west
    UNION ALL
    SELECT c.*, west, north FROM crossing c WHERE north > south
    UNION ALL
    SELECT c.*, east, north FROM crossing c WHERE east > west AND north > south
)
SELECT row_number, name, level, x + turn * 360 AS x, y, reach_x, at_x + turn * 36000 AS cell_x,
       at_y AS cell_y, crowded, common
FROM reached
CROSS JOIN LATERAL (
    SELECT CASE WHEN at_x < -18000 THEN 1 WHEN at_x >= 18000 THEN -1 ELSE 0 END AS turn
) w
WHERE at_x <> cell_x OR at_y <> cell_y
