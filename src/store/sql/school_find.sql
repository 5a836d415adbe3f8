-- What is known of one school?
SELECT s.id, s.name, s.country_code, ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude,
       s.location_problem, s.education_level, s.student_count, s.connectivity_declared,
       s.attributes,
       coalesce(areas.levels, '{}') AS area_levels, coalesce(areas.ids, '{}') AS area_ids,
       coalesce(areas.names, '{}') AS area_names,
       coalesce(areas.translations, '{}') AS area_translations,
       coalesce(aliases.schemes, '{}') AS alias_schemes, coalesce(aliases.vals, '{}') AS alias_values,
       st.status, st.valid_tests, st.failed_tests, st.off_hours_only, st.download_median_mbps,
       st.upload_median_mbps, st.rtt_median_ms, st.target_download_mbps, st.floor_download_mbps,
       st.last_measured_at, st.computed_at, st.software, st.loss_ratio,
       coalesce(st.rule_set, f.rule_set) AS rule_set, coalesce(st.rule_version, f.version) AS rule_version
FROM school s
JOIN school_status st ON st.school_id = s.id
-- A row that is older than rule sets.
CROSS JOIN LATERAL benchmark_in_force(s.country_code, current_date) f
LEFT JOIN LATERAL (
    SELECT array_agg(sa.level ORDER BY sa.level) AS levels,
           array_agg(a.id ORDER BY sa.level) AS ids,
           array_agg(a.name ORDER BY sa.level) AS names,
           array_agg(a.names ORDER BY sa.level) AS translations
    FROM school_area sa JOIN area a ON a.id = sa.area_id
    WHERE sa.school_id = s.id
) areas ON true
LEFT JOIN LATERAL (
    SELECT array_agg(scheme ORDER BY scheme, value) AS schemes,
           array_agg(value ORDER BY scheme, value) AS vals
    FROM school_alias WHERE school_id = s.id AND scheme <> 'import'
) aliases ON true
WHERE s.id = $1 AND s.merged_into IS NULL
