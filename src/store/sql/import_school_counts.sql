-- How did the rows go?
SELECT (count(*) FILTER (WHERE created))::integer AS created,
       (count(*) FILTER (WHERE changed))::integer AS updated,
       (count(*) FILTER (WHERE NOT created AND NOT changed))::integer AS unchanged,
       (count(*) FILTER (WHERE location IS NULL))::integer AS not_placed
FROM incoming
