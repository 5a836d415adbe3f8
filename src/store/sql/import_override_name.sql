-- Which rows name a school otherwise than a person corrected it? The correction stays.
UPDATE incoming i
SET name = v.name
FROM incoming o
JOIN school_override v ON v.school_id = o.school_id AND v.field = 'name'
WHERE o.row_number = i.row_number AND o.name IS NOT NULL
RETURNING i.row_number, o.name AS stated, v.name AS kept, v.since
