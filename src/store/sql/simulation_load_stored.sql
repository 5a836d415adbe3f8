-- What do the tables hold of these probes, and is anything there twice?
WITH speed AS (
    SELECT count(*) AS n, count(DISTINCT (probe_id, sequence)) AS records
    FROM speed_test WHERE probe_id = ANY ($1::uuid[])
), path AS (
    SELECT sum(n)::bigint AS n, sum(records)::bigint AS records
    FROM (SELECT count(*) AS n, count(DISTINCT sequence) AS records
          FROM path_check WHERE probe_id = ANY ($1::uuid[]) GROUP BY probe_id) by_probe
)
SELECT speed.n AS speed_tests, coalesce(path.n, 0) AS path_checks,
       (SELECT count(*) FROM presence WHERE probe_id = ANY ($1::uuid[])) AS presence,
       (SELECT count(*) FROM rejected_record WHERE probe_id = ANY ($1::uuid[])) AS rejected,
       speed.n - speed.records + coalesce(path.n - path.records, 0) AS doubled
FROM speed, path
