-- Which distances of these schools, in these layers, hold no longer?
DELETE FROM school_distance d
USING to_measure m
WHERE d.school_id = m.school_id AND d.layer = ANY ($1::smallint[])
  AND NOT EXISTS (SELECT FROM measured n WHERE n.school_id = d.school_id AND n.layer = d.layer)
