-- What is nearest to a school of each kind and generation? What is there before what is planned.
SELECT l.kind, l.generation, l.planned, f.id, f.name, f.status, f.operator, f.technology, f.range_m,
       d.distance_m, s.source, s.licence, s.as_of
FROM school_distance d
JOIN infrastructure_layer l ON l.id = d.layer
JOIN infrastructure f ON f.id = d.infrastructure_id
JOIN infrastructure_dataset s ON s.id = f.dataset_id
WHERE d.school_id = $1
ORDER BY l.id
