-- Which areas do the rows lie in?
INSERT INTO staged_area (import_number, new_id, level, area_id)
SELECT $1, school_id, level, area_id FROM covered
