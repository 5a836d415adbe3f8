-- How many bytes came in each 100 ms of a test? Of one that is older than samples are kept nothing stays.
INSERT INTO speed_test_sample (school_id, measured_at, probe_id, sequence, download_samples,
                               upload_samples)
SELECT $1, $2, $3, $4, $5, $6
WHERE $2::timestamptz >= (SELECT kept_since('speed_test_sample'))
