-- Where do these rows lie, as their repairs are decided? A position that a repair makes, and one that
-- is none without it, is kept as it was stated too; degrees that are not read leave nothing to swap.
-- What was swapped is swapped back; beyond 90 degrees there is no latitude.
UPDATE staged_school r
SET location = p.location,
    location_problem = CASE WHEN p.location IS NULL THEN p.problem END,
    attributes = CASE WHEN p.as_stated OR p.location IS NULL
        THEN r.attributes || jsonb_strip_nulls(jsonb_build_object(
            'longitude_as_stated', r.stated_longitude, 'latitude_as_stated', r.stated_latitude))
        ELSE r.attributes - '{longitude_as_stated,latitude_as_stated}'::text[] END
FROM (
    SELECT row_number,
           CASE
               WHEN dms IS NOT NULL AND NOT dms_accepted THEN NULL
               WHEN swap_accepted THEN swapped
               WHEN dms IS NOT NULL THEN dms
               WHEN abs(ST_X(swapped)) <= 90 THEN ST_FlipCoordinates(swapped)
           END AS location,
           CASE WHEN dms IS NULL THEN 'coordinate_out_of_range' ELSE 'coordinate_dms' END AS problem,
           swap_accepted OR dms IS NOT NULL AS as_stated
    FROM (
        SELECT row_number,
               (array_agg(location) FILTER (WHERE kind = 'swapped_coordinates'))[1] AS swapped,
               (array_agg(location) FILTER (WHERE kind = 'dms'))[1] AS dms,
               coalesce(bool_or(accepted) FILTER (WHERE kind = 'swapped_coordinates'), false)
                   AS swap_accepted,
               coalesce(bool_or(accepted) FILTER (WHERE kind = 'dms'), false) AS dms_accepted
        FROM staged_repair
        WHERE import_number = $1 AND kind IN ('swapped_coordinates', 'dms')
          AND row_number = ANY ($2::integer[])
        GROUP BY row_number
    ) d
) p
WHERE r.import_number = $1 AND r.row_number = p.row_number
