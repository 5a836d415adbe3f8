-- Which areas do these schools not lie in any longer?
DELETE FROM school_area s
USING located l
WHERE s.school_id = l.school_id
  AND NOT EXISTS (SELECT FROM covered c WHERE c.school_id = s.school_id AND c.level = s.level)
