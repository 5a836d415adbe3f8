-- How did the schools of a country, of each area, provider and technology do on this day, week or month?
-- Percentiles are over the schools' own values, so that a school which measures a lot counts once. A
-- school is counted in the areas that it lies in now, and of the provider and by the technology that the
-- list states now.
WITH figures AS MATERIALIZED (
    SELECT f.*, f.online_s::double precision
               / nullif(f.online_s + f.lan_down_s + f.isp_down_s, 0) AS uptime_ratio,
           nullif(btrim(s.attributes->>'internet_provider'), '') AS provider,
           coalesce(s.attributes->>'connectivity_type_govt',
                    s.attributes->>'connectivity_type') AS technology
    FROM school_summary f
    JOIN school s ON s.id = f.school_id
    WHERE s.country_code = $1 AND s.merged_into IS NULL AND f.period = $2 AND f.starts_on = $3
), members AS (
    SELECT 'country' AS kind, $1::text AS group_id, NULL AS name, school_id FROM figures
    UNION ALL
    SELECT 'area', a.area_id::text, NULL, f.school_id
    FROM figures f JOIN school_area a ON a.school_id = f.school_id
    UNION ALL
    SELECT 'provider', lower(provider), provider, school_id FROM figures
    WHERE provider IS NOT NULL
    UNION ALL
    SELECT 'technology', technology, NULL, school_id FROM figures WHERE technology IS NOT NULL
)
INSERT INTO group_summary (
    country_code, kind, group_id, period, starts_on, name,
    schools, measured_schools, path_schools, uptime_schools,
    tests, valid_tests, failed_tests, path_checks,
    download_p5_mbps, download_median_mbps, download_p95_mbps,
    upload_p5_mbps, upload_median_mbps, upload_p95_mbps,
    rtt_p5_ms, rtt_median_ms, rtt_p95_ms,
    rtt_loaded_p5_ms, rtt_loaded_median_ms, rtt_loaded_p95_ms,
    jitter_p5_ms, jitter_median_ms, jitter_p95_ms,
    loss_p5_ratio, loss_median_ratio, loss_p95_ratio,
    uptime_p5_ratio, uptime_median_ratio, uptime_p95_ratio,
    open_s, online_s, lan_down_s, isp_down_s, service_down_s, off_s, bytes_used)
SELECT $1, kind, group_id, $2, $3, name,
       schools, measured_schools, path_schools, uptime_schools,
       tests, valid_tests, failed_tests, path_checks,
       download[1], download[2], download[3], upload[1], upload[2], upload[3],
       rtt[1], rtt[2], rtt[3], rtt_loaded[1], rtt_loaded[2], rtt_loaded[3],
       jitter[1], jitter[2], jitter[3], loss[1], loss[2], loss[3], uptime[1], uptime[2], uptime[3],
       open_s, online_s, lan_down_s, isp_down_s, service_down_s, off_s, bytes_used
FROM (
    SELECT kind, group_id, mode() WITHIN GROUP (ORDER BY name COLLATE "C") AS name,
           count(*)::int AS schools,
           (count(*) FILTER (WHERE valid_tests > 0))::int AS measured_schools,
           count(rtt_median_ms)::int AS path_schools,
           count(uptime_ratio)::int AS uptime_schools,
           sum(tests)::bigint AS tests, sum(valid_tests)::bigint AS valid_tests,
           sum(failed_tests)::bigint AS failed_tests, sum(path_checks)::bigint AS path_checks,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY download_median_mbps) AS download,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY upload_median_mbps) AS upload,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY rtt_median_ms) AS rtt,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY rtt_loaded_median_ms) AS rtt_loaded,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY jitter_median_ms) AS jitter,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY loss_ratio) AS loss,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY uptime_ratio) AS uptime,
           sum(open_s)::bigint AS open_s, sum(online_s)::bigint AS online_s,
           sum(lan_down_s)::bigint AS lan_down_s, sum(isp_down_s)::bigint AS isp_down_s,
           sum(service_down_s)::bigint AS service_down_s, sum(off_s)::bigint AS off_s,
           sum(test_bytes + page_bytes)::bigint AS bytes_used
    FROM members JOIN figures USING (school_id)
    GROUP BY kind, group_id
) g
ORDER BY kind, group_id
