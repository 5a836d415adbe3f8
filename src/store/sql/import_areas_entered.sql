-- Which areas do these schools lie in that they were not known to lie in?
INSERT INTO school_area (school_id, level, area_id)
SELECT c.school_id, c.level, c.area_id
FROM covered c
LEFT JOIN school_area s USING (school_id, level)
WHERE s.area_id IS DISTINCT FROM c.area_id
ON CONFLICT (school_id, level) DO UPDATE SET area_id = excluded.area_id
