-- What does a country ask of its schools from this version on?
INSERT INTO benchmark_rule_set (id, version, name, source, source_url, published, country_code, note, rules)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
