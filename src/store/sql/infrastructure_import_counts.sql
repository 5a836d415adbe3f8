-- How did the rows go?
SELECT (count(*) FILTER (WHERE created))::integer AS created,
       (count(*) FILTER (WHERE changed))::integer AS updated,
       (count(*) FILTER (WHERE NOT created AND NOT changed))::integer AS unchanged,
       (SELECT count(*) FROM touched WHERE gone)::integer AS removed
FROM incoming_infrastructure
