-- Which areas are judged by their parents, and which level should those be of? Areas of the file's
-- level, and those of the next deeper level that is known.
INSERT INTO nesting (area_id, row_number, parent_level)
SELECT a.id, coalesce(i.row_number, 0),
       (SELECT max(p.level) FROM area p
        WHERE p.country_code = $1 AND p.retired_at IS NULL AND p.level < a.level)
FROM area a
LEFT JOIN incoming_area i ON i.area_id = a.id
WHERE a.country_code = $1 AND a.retired_at IS NULL
  AND a.level IN ($2, (SELECT min(d.level) FROM area d
                       WHERE d.country_code = $1 AND d.retired_at IS NULL AND d.level > $2))
