-- By which calendar are these schools open? A row a country, with its schools.
SELECT c.time_zone, c.opens_at, c.closes_at, c.school_days, of_country.school_ids,
       coalesce(holiday.first_days, '{}') AS first_days, coalesce(holiday.last_days, '{}') AS last_days
FROM (
    SELECT country_code, array_agg(id) AS school_ids
    FROM school WHERE id = ANY ($1::uuid[])
    GROUP BY country_code
) of_country
JOIN country c ON c.code = of_country.country_code
LEFT JOIN LATERAL (
    SELECT array_agg(first_day ORDER BY first_day, last_day) AS first_days,
           array_agg(last_day ORDER BY first_day, last_day) AS last_days
    FROM holiday WHERE country_code = c.code
) holiday ON true
