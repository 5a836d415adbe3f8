-- What of this layer is nearest to each school? The index (KNN) orders by distance on a sphere, and
-- what counts is the distance on the spheroid. The two differ by a factor between 0.9944 and 1.0045
-- (the smallest and largest radius of curvature of WGS 84, by its mean radius), so the nearest is
-- among those within 1.0102 times the smallest; where eight of them are not enough to tell, the
-- row says so and distance_settle_ties looks at all. Slice $3 of $2 (a power of two), so that no
-- statement lasts for ever.
INSERT INTO measured (school_id, layer, infrastructure_id, distance_m, certain)
SELECT m.school_id, $1, n.infrastructure_id, n.distance_m, n.certain
FROM to_measure m
CROSS JOIN LATERAL (
    SELECT c.infrastructure_id,
           ST_Distance(c.geography, m.location::geography) AS distance_m,
           c.looked_at < 8 OR c.farthest_m > c.nearest_m * 1.0102 + 0.01 AS certain
    FROM (
        SELECT k.*, min(k.sphere_m) OVER () AS nearest_m, max(k.sphere_m) OVER () AS farthest_m,
               count(*) OVER () AS looked_at
        FROM (
            SELECT p.infrastructure_id, p.geography,
                   p.geography <-> m.location::geography AS sphere_m
            FROM infrastructure_part p
            WHERE p.layer = $1
            ORDER BY p.geography <-> m.location::geography
            LIMIT 8
        ) k
    ) c
    WHERE c.sphere_m <= c.nearest_m * 1.0102 + 0.01
    ORDER BY distance_m, c.infrastructure_id
    LIMIT 1
) n
WHERE m.location IS NOT NULL AND uuid_hash(m.school_id) & ($2::integer - 1) = $3::integer
  AND NOT EXISTS (SELECT FROM measured d WHERE d.school_id = m.school_id AND d.layer = $1)
