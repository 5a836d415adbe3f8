-- Which rule sets are there, in every version?
SELECT b.id AS rule_set, b.version AS rule_version, b.name AS benchmark_name,
       b.source AS benchmark_source, b.source_url AS benchmark_source_url,
       b.published AS benchmark_published, b.note AS benchmark_note, b.rules AS benchmark_rules,
       b.country_code, b.superseded_on, b.recorded_at
FROM benchmark_rule_set b
ORDER BY b.country_code NULLS FIRST, b.id, b.version DESC
LIMIT 2000
