-- By what does a country judge from its today on?
INSERT INTO country_benchmark (country_code, rule_set, version, since, decided_by)
SELECT code, $2, $3, (now() AT TIME ZONE time_zone)::date, $4
FROM country WHERE code = $1
