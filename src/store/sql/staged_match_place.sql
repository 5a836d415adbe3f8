-- Which known school that no row names stands where a row without a school stands, under nearly the
-- same name? Within the radius on the spheroid, of the same level where both state one, and with no
-- id of one scheme that differs. Each the other's best; of two that are as good what they state
-- decides, not the order of the rows. A box at the antimeridian has its other half beyond it.
INSERT INTO staged_verdict (import_number, row_number, verdict, school_id, matched_by, confidence)
SELECT $1, row_number, 'unchanged', school_id, 'position_and_name', confidence
FROM (
    SELECT DISTINCT ON (school_id) *
    FROM (
        SELECT DISTINCT ON (r.row_number) r.row_number, r.government_id, r.giga_id, r.osm_id,
               r.import_key, s.id AS school_id,
               similarity(r.name, s.name)
                   * (1 - 0.1 * ST_Distance(r.location::geography, s.location::geography) / $3::double precision)
                   AS confidence
        FROM staged_school r
        CROSS JOIN LATERAL (
            SELECT ST_Expand(r.location, $3::double precision / 111000
                       / greatest(cos(radians(ST_Y(r.location))), 0.01), $3::double precision / 110000) AS box
        ) b
        CROSS JOIN LATERAL (
            SELECT b.box
            UNION ALL
            SELECT ST_Translate(b.box, -360, 0) WHERE ST_XMax(b.box) >= 180
            UNION ALL
            SELECT ST_Translate(b.box, 360, 0) WHERE ST_XMin(b.box) <= -180
        ) w
        JOIN school s ON s.country_code = $2 AND s.merged_into IS NULL AND s.location && w.box
        WHERE r.import_number = $1
          AND r.name IS NOT NULL
          AND similarity(r.name, s.name) >= $4::double precision
          AND ST_DWithin(r.location::geography, s.location::geography, $3::double precision)
          AND coalesce(r.education_level = s.education_level, true)
          AND NOT EXISTS (SELECT FROM staged_verdict v
                          WHERE v.import_number = $1 AND v.row_number = r.row_number)
          AND NOT EXISTS (SELECT FROM staged_verdict v
                          WHERE v.import_number = $1 AND v.school_id = s.id)
          AND NOT EXISTS (
              SELECT FROM school_alias a
              WHERE a.school_id = s.id
                AND (a.scheme = 'government' AND r.government_id IS NOT NULL
                     OR a.scheme = 'giga' AND r.giga_id IS NOT NULL
                     OR a.scheme = 'osm' AND r.osm_id IS NOT NULL))
        ORDER BY r.row_number, confidence DESC, s.id
    ) best_of_row
    ORDER BY school_id, confidence DESC, government_id, giga_id, osm_id, import_key
) best_of_school
