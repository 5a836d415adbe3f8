-- How did the areas go?
SELECT (count(*) FILTER (WHERE created))::integer AS created,
       (count(*) FILTER (WHERE changed))::integer AS updated,
       (count(*) FILTER (WHERE NOT created AND NOT changed))::integer AS unchanged
FROM incoming_area
