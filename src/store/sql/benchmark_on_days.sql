-- By what did a country judge on each of these local days?
SELECT f.rule_set, f.version
FROM unnest($2::date[]) WITH ORDINALITY AS d (day, place)
CROSS JOIN LATERAL benchmark_in_force($1, d.day) f
ORDER BY d.place
