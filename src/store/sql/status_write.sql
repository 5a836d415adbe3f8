-- What is the verdict on these schools now?
INSERT INTO school_status (school_id, status, valid_tests, failed_tests, off_hours_only,
                           download_median_mbps, upload_median_mbps, rtt_median_ms,
                           target_download_mbps, floor_download_mbps, last_measured_at, software,
                           rule_set, rule_version, loss_ratio, computed_at)
SELECT t.*, $16::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::bool[], $6::float8[], $7::float8[],
            $8::float8[], $9::float8[], $10::float8[], $11::timestamptz[], $12::text[], $13::text[],
            $14::int[], $15::float8[]) AS t
ON CONFLICT (school_id) DO UPDATE SET
    status = excluded.status, valid_tests = excluded.valid_tests,
    failed_tests = excluded.failed_tests, off_hours_only = excluded.off_hours_only,
    download_median_mbps = excluded.download_median_mbps,
    upload_median_mbps = excluded.upload_median_mbps, rtt_median_ms = excluded.rtt_median_ms,
    target_download_mbps = excluded.target_download_mbps,
    floor_download_mbps = excluded.floor_download_mbps,
    -- The window forgets; when a school was last measured is known for good.
    last_measured_at = coalesce(excluded.last_measured_at, school_status.last_measured_at),
    software = excluded.software, rule_set = excluded.rule_set, rule_version = excluded.rule_version,
    loss_ratio = excluded.loss_ratio, computed_at = excluded.computed_at
