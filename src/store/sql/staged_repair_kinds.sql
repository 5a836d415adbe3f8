-- How many repairs of each kind are proposed, and how many count?
SELECT kind, count(*) AS proposed, count(*) FILTER (WHERE accepted) AS accepted
FROM staged_repair
WHERE import_number = $1
GROUP BY kind
ORDER BY kind
