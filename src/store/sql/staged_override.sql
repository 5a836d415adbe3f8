-- Which rows state otherwise what a person corrected, and which state the same now? Positions are the
-- same within $2 metres, since lists round them.
SELECT r.row_number, o.field, o.since,
       CASE o.field
           WHEN 'name' THEN r.name
           ELSE nullif(concat_ws(', ', r.stated_latitude, r.stated_longitude), '')
       END AS stated,
       CASE o.field
           WHEN 'name' THEN o.name
           ELSE concat_ws(', ', round(ST_Y(o.location)::numeric, 6),
                          round(ST_X(o.location)::numeric, 6))
       END AS kept,
       ST_Distance(r.location::geography, o.location::geography) AS distance_m,
       coalesce(CASE o.field
           WHEN 'name' THEN r.name = o.name
           ELSE ST_DWithin(r.location::geography, o.location::geography, $2::double precision)
       END, false) AS confirmed
FROM staged_verdict v
JOIN school_override o ON o.school_id = v.school_id
JOIN staged_school r ON r.import_number = $1 AND r.row_number = v.row_number
WHERE v.import_number = $1 AND v.verdict IN ('updated', 'unchanged')
ORDER BY r.row_number, o.field
