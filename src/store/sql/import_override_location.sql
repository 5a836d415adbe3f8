-- Which rows place a school elsewhere than a person corrected it, or nowhere? The correction stays.
UPDATE incoming i
SET location = v.location, location_problem = NULL
FROM incoming o
JOIN school_override v ON v.school_id = o.school_id AND v.field = 'location'
WHERE o.row_number = i.row_number
RETURNING i.row_number,
          nullif(concat_ws(', ', o.stated_latitude, o.stated_longitude), '') AS stated,
          concat_ws(', ', round(ST_Y(v.location)::numeric, 6), round(ST_X(v.location)::numeric, 6))
              AS kept,
          o.location IS NOT NULL AS believable,
          ST_Distance(o.location::geography, v.location::geography) AS distance_m, v.since
