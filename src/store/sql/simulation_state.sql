-- How was this country invented, and did that come to its end?
SELECT detail, EXISTS (
    SELECT FROM audit_event e WHERE e.subject = b.subject AND e.action = 'simulate end' AND e.id > b.id
) AS finished
FROM audit_event b
WHERE subject = $1 AND action = 'simulate begin'
ORDER BY id DESC
LIMIT 1
