-- What does this version of a rule set say?
SELECT b.id AS rule_set, b.version AS rule_version, b.name AS benchmark_name,
       b.source AS benchmark_source, b.source_url AS benchmark_source_url,
       b.published AS benchmark_published, b.note AS benchmark_note, b.rules AS benchmark_rules
FROM benchmark_rule_set b
WHERE b.id = $1 AND b.version = $2
