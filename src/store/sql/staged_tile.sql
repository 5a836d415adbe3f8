-- Which rows lie in a tile, by what becomes of them? Rows of one verdict that a screen would draw on
-- one spot are one point with their number, at the mean of their positions.
WITH bounds AS (
    SELECT ST_TileEnvelope($4, $5, $6) AS mercator,
           ST_Transform(ST_TileEnvelope($4, $5, $6, margin => 0.0625), 4326) AS degrees
), point AS (
    SELECT v.verdict, v.row_number, r.name, r.location
    FROM bounds b
    JOIN staged_school r ON r.import_number = $1 AND r.location && b.degrees
                        AND abs(ST_Y(r.location)) < 85.06
    JOIN staged_verdict v ON v.import_number = $1 AND v.row_number = r.row_number
                         AND v.verdict <> 'rejected'
    UNION ALL
    SELECT 'missing', NULL, s.name, s.location
    FROM bounds b
    JOIN school s ON s.country_code = $3 AND s.merged_into IS NULL AND s.location && b.degrees
                 AND abs(ST_Y(s.location)) < 85.06
    WHERE NOT EXISTS (SELECT FROM staged_verdict v
                      WHERE v.import_number = $1 AND v.school_id = s.id
                        AND v.verdict <> 'rejected')
), spot AS (
    SELECT verdict,
           EXISTS (SELECT FROM import_finding f
                   WHERE f.import_id = $2 AND f.row_number = p.row_number
                     AND f.severity = 'warning') AS findings,
           row_number, name,
           ST_AsMVTGeom(ST_Transform(location, 3857), b.mercator, 4096, 256, true) AS place
    FROM point p, bounds b
), cell AS (
    SELECT verdict, findings, count(*) AS count,
           CASE WHEN count(*) = 1 THEN min(row_number) END AS row,
           CASE WHEN count(*) = 1 THEN min(name) END AS name,
           ST_MakePoint(round(avg(ST_X(place))), round(avg(ST_Y(place)))) AS geom
    FROM spot
    WHERE place IS NOT NULL
    GROUP BY verdict, findings, floor(ST_X(place) / 32), floor(ST_Y(place) / 32)
)
SELECT coalesce(ST_AsMVT(c, 'rows', 4096, 'geom'), '') AS tile FROM cell c
