-- Which schools fit, one page by name and id?
SELECT s.id, s.name, s.country_code, ST_X(s.location) AS longitude, ST_Y(s.location) AS latitude,
       st.status, st.download_median_mbps, st.last_measured_at,
       (SELECT a.name FROM school_area sa JOIN area a ON a.id = sa.area_id
        WHERE sa.school_id = s.id ORDER BY sa.level DESC LIMIT 1) AS area
FROM school s
JOIN school_status st ON st.school_id = s.id
WHERE s.merged_into IS NULL
  AND ($1::text IS NULL OR s.country_code = $1)
  AND ($2::uuid IS NULL
       OR EXISTS (SELECT FROM school_area sa WHERE sa.school_id = s.id AND sa.area_id = $2))
  AND ($3::text IS NULL OR st.status = $3)
  AND ($4::text IS NULL OR s.name ILIKE '%' || $4 || '%'
       OR EXISTS (SELECT FROM school_alias al
                  WHERE al.school_id = s.id AND al.scheme <> 'import' AND al.value ILIKE $4 || '%'))
  AND ($5::float8[] IS NULL
       OR s.location && ST_MakeEnvelope(($5)[1], ($5)[2], ($5)[3], ($5)[4], 4326))
  AND ($6::text IS NULL OR (s.name, s.id) > ($6::text, $7::uuid))
ORDER BY s.name, s.id
LIMIT $8
