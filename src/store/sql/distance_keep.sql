-- How far is it now? What is as it was is not written again.
INSERT INTO school_distance AS d (school_id, layer, infrastructure_id, distance_m)
SELECT school_id, layer, infrastructure_id, distance_m FROM measured
ON CONFLICT (school_id, layer) DO UPDATE
SET infrastructure_id = excluded.infrastructure_id, distance_m = excluded.distance_m
WHERE (d.infrastructure_id, d.distance_m)
      IS DISTINCT FROM (excluded.infrastructure_id, excluded.distance_m)
