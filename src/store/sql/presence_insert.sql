-- Which spans begin? That a machine was off before anything is kept is of no use to anybody.
INSERT INTO presence (school_id, probe_id, started_at, ended_at, state, detail, time_basis, vantage,
                      received_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[],
                     $6::text[], $7::text[], $8::text[], $9::timestamptz[])
                    AS t (school_id, probe_id, started_at)
WHERE t.started_at >= (SELECT kept_since('presence'))
