-- What is this country judged by, until someone says otherwise?
INSERT INTO benchmark (country_code, name, source, download_floor_mbps, download_target_mbps,
                       large_school_students, large_school_kbps_per_student)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (country_code) DO NOTHING
