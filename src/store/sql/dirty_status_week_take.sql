-- Which past weeks are to be judged again next, and when did each end?
WITH taken AS (
    DELETE FROM dirty_status_week
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM dirty_status_week
                            ORDER BY monday DESC, school_id
                            LIMIT $1
                            FOR UPDATE SKIP LOCKED))
    RETURNING monday, school_id
)
SELECT t.school_id,
       ((t.monday + 7)::timestamp AT TIME ZONE c.time_zone) - interval '1 microsecond' AS ends_at
FROM taken t
JOIN school s ON s.id = t.school_id AND s.merged_into IS NULL
JOIN country c ON c.code = s.country_code
ORDER BY ends_at, t.school_id
