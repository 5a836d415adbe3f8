-- Which schools were kept off the map because they lay outside the country, and where do their
-- lists say that they are?
SELECT id, attributes ->> 'longitude_as_stated' AS longitude,
       attributes ->> 'latitude_as_stated' AS latitude
FROM school
WHERE country_code = $1 AND merged_into IS NULL AND location IS NULL
  AND location_problem = 'outside_country'
ORDER BY id
