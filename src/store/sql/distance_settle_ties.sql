-- What is nearest where many things are about equally near, such as the lines that meet in a node?
-- Nothing farther than the best so far needs to be looked at.
UPDATE measured d
SET infrastructure_id = n.infrastructure_id, distance_m = n.distance_m, certain = true
FROM to_measure m
CROSS JOIN LATERAL (
    SELECT p.infrastructure_id, ST_Distance(p.geography, m.location::geography) AS distance_m
    FROM measured o
    JOIN infrastructure_part p
      ON p.layer = $1 AND ST_DWithin(p.geography, m.location::geography, o.distance_m + 0.001)
    WHERE o.school_id = m.school_id AND o.layer = $1 AND NOT o.certain
    ORDER BY distance_m, p.infrastructure_id
    LIMIT 1
) n
WHERE d.school_id = m.school_id AND d.layer = $1 AND NOT d.certain
