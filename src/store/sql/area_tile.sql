-- What outlines lie in this tile? The filter uses the index on the unprojected geometry: a tile is
-- a rectangle in both systems. The buffer of 64/4096 hides strokes at the edges. Geometries are
-- clipped to the latitudes of the tile pyramid first, where the projection is finite. The buffer of
-- the last column reaches over the antimeridian, where a longitude would come back as its opposite:
-- the filter ends at the edge of the world (a hair within it).
WITH tile AS (
    SELECT ST_TileEnvelope($2, $3, $4) AS bounds,
           ST_Transform(
               ST_Intersection(
                   ST_TileEnvelope($2, $3, $4, margin => 64.0 / 4096),
                   ST_MakeEnvelope(-20037508.34, -20037508.34, 20037508.34, 20037508.34, 3857)),
               4326) AS lonlat
), outline AS (
    SELECT a.id::text AS id, a.name, a.code, a.level, a.country_code AS country,
           ST_AsMVTGeom(
               ST_Transform(
                   ST_Intersection(a.geometry, ST_MakeEnvelope(-180, -85.06, 180, 85.06, 4326)),
                   3857),
               tile.bounds, 4096, 64, true) AS geometry
    FROM area a, tile
    WHERE a.level = $1 AND a.retired_at IS NULL AND a.geometry && tile.lonlat
)
SELECT coalesce(ST_AsMVT(outline, 'areas', 4096, 'geometry'), ''::bytea) AS tile
FROM outline
WHERE geometry IS NOT NULL
