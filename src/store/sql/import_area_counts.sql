-- How did the areas go, and how many schools of the country have no place on the map?
SELECT (count(*) FILTER (WHERE created))::integer AS created,
       (count(*) FILTER (WHERE changed))::integer AS updated,
       (count(*) FILTER (WHERE NOT created AND NOT changed))::integer AS unchanged,
       (SELECT count(*)::integer FROM school
        WHERE country_code = $1 AND location IS NULL AND merged_into IS NULL)
           AS not_placed
FROM incoming_area
