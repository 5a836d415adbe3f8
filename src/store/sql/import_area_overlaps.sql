-- Which areas of the file overlap others of their level by more than the share $3 of the smaller
-- one? ST_Relate asks whether their insides meet at all: neighbours share a border.
WITH pair AS MATERIALIZED (
    SELECT a.id AS a_id, b.id AS b_id
    FROM area a
    JOIN area b ON b.country_code = $1 AND b.level = $2 AND b.retired_at IS NULL AND a.id < b.id
               AND a.geometry && b.geometry AND ST_Relate(a.geometry, b.geometry, 'T********')
    WHERE a.country_code = $1 AND a.level = $2 AND a.retired_at IS NULL
), measured AS MATERIALIZED (
    SELECT a_id, b_id,
           ST_Area(ST_CollectionExtract(ST_Intersection(a.geometry, b.geometry), 3)::geography)
               AS shared_m2,
           least(ST_Area(a.geometry::geography), ST_Area(b.geometry::geography)) AS smaller_m2
    FROM pair
    JOIN area a ON a.id = a_id
    JOIN area b ON b.id = b_id
)
SELECT greatest(i.row_number, j.row_number) AS row_number, m.shared_m2,
       m.shared_m2 / m.smaller_m2 AS share,
       CASE WHEN coalesce(i.row_number, 0) >= coalesce(j.row_number, 0) THEN a.name ELSE b.name END
           AS name,
       CASE WHEN coalesce(i.row_number, 0) >= coalesce(j.row_number, 0) THEN b.name ELSE a.name END
           AS other_name
FROM measured m
JOIN area a ON a.id = m.a_id
JOIN area b ON b.id = m.b_id
LEFT JOIN incoming_area i ON i.area_id = m.a_id
LEFT JOIN incoming_area j ON j.area_id = m.b_id
WHERE m.shared_m2 > m.smaller_m2 * $3::float8 AND coalesce(i.row_number, j.row_number) IS NOT NULL
ORDER BY 1, a.match_key, b.match_key
