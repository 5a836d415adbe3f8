-- What infrastructure is known, from whom, of which day, under which licence?
SELECT s.kind, s.source, s.country_code, s.licence, s.as_of, count(f.id) AS things
FROM infrastructure_dataset s
JOIN infrastructure f ON f.dataset_id = s.id
GROUP BY s.id
ORDER BY s.kind, s.source, s.country_code
