-- Which areas cover each row? ST_Covers, because a row on a border is in the country. Area by area, so
-- that PostGIS prepares a polygon once for many points: `coalesce` hides the index on the areas, by
-- which the plan would go point by point. As a new table, because only that is filled by all processors.
CREATE TEMP TABLE hit ON COMMIT DROP AS
SELECT r.row_number, a.level, a.match_key, a.id
FROM area a
JOIN staged_school r ON r.import_number = $1
                    AND ST_Covers(coalesce(a.geometry, a.geometry), r.location)
WHERE a.country_code = $2 AND a.retired_at IS NULL
