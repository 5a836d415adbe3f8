-- Which probes report while a server is put under load? One for each secret, at the schools of an invented
-- country in turn.
WITH schools AS (
    SELECT s.id, row_number() OVER (ORDER BY s.id) - 1 AS n, count(*) OVER () AS schools
    FROM school s JOIN country c ON c.code = s.country_code
    WHERE s.country_code = $1 AND c.invented AND s.merged_into IS NULL
)
INSERT INTO probe (id, school_id, vantage, invented, secret_hash, software_version)
SELECT p.id, s.id, 'device', true, p.secret_hash, 'load'
FROM unnest($2::uuid[], $3::bytea[]) WITH ORDINALITY AS p (id, secret_hash, n)
JOIN schools s ON s.n = (p.n - 1) % s.schools
ORDER BY p.n
RETURNING id
