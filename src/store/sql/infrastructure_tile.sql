-- What infrastructure lies in this tile? As in area_tile: filtered by the index on the unprojected
-- geometry, clipped to the latitudes of the pyramid, and to the world's edge where the buffer of the
-- last column would reach over the antimeridian. Lines and outlines lose what is smaller than a
-- pixel; of points of one kind within four units of the tile's 4096 only one is drawn.
WITH tile AS (
    SELECT ST_TileEnvelope($1, $2, $3) AS bounds,
           (ST_XMax(ST_TileEnvelope($1, $2, $3)) - ST_XMin(ST_TileEnvelope($1, $2, $3))) / 1024
               AS pixel_m,
           ST_Transform(
               ST_Intersection(
                   ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096),
                   ST_MakeEnvelope(-20037508.34, -20037508.34, 20037508.34, 20037508.34, 3857)),
               4326) AS lonlat
), thing AS (
    SELECT f.kind, f.status IN ('planned', 'under_construction') AS planned,
           f.generations[cardinality(f.generations)] AS generation,
           CASE WHEN $1 >= 9 THEN f.name END AS name,
           CASE
               WHEN ST_Dimension(f.geometry) = 0 THEN ST_Transform(f.geometry, 3857)
               ELSE ST_Simplify(
                   ST_Transform(
                       ST_Intersection(f.geometry, ST_MakeEnvelope(-180, -85.06, 180, 85.06, 4326)),
                       3857),
                   tile.pixel_m)
           END AS shape
    FROM infrastructure f, tile
    WHERE f.kind = ANY ($4::text[]) AND f.status <> 'retired' AND f.geometry && tile.lonlat
), drawn AS (
    SELECT DISTINCT ON (kind, planned, generation,
                        CASE WHEN ST_Dimension(shape) = 0
                             THEN ST_AsBinary(ST_SnapToGrid(shape, tile.pixel_m))
                             ELSE ST_AsBinary(shape) END)
           kind, planned, generation, name,
           ST_AsMVTGeom(shape, tile.bounds, 4096, 64, true) AS geometry
    FROM thing, tile
    WHERE shape IS NOT NULL AND NOT ST_IsEmpty(shape)
)
SELECT coalesce(ST_AsMVT(drawn, 'infrastructure', 4096, 'geometry'), ''::bytea) AS tile
FROM drawn
WHERE geometry IS NOT NULL
