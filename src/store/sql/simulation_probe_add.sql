-- Which of these invented probes are new? A probe that is known has its history already: both were
-- written in one transaction. It has no secret, so that nobody can report in its name.
INSERT INTO probe (id, school_id, vantage, invented, software_version, last_sequence, last_report_at,
                   enrolled_at)
SELECT id, school_id, vantage, true, 'invented', last_sequence, last_report_at, enrolled_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
    AS t (id, school_id, vantage, last_sequence, last_report_at, enrolled_at)
ON CONFLICT (id) DO NOTHING
RETURNING id
