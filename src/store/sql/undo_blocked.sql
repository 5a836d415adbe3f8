-- Why can this import not be undone? Schools that it touched and that were touched since, and what
-- hangs on schools that it created: a probe or measurements, a code that a probe may still join by,
-- a correction that waits; and later lists that named known schools, perhaps those: what a list leaves
-- as it was is not kept by school. What was undone since, or merged and parted again, left no trace.
WITH touched AS (
    SELECT school_id, min(id) AS id, bool_or(kind = 'created') AS is_created
    FROM school_change
    WHERE import_id = $1
    GROUP BY school_id
), later AS (
    SELECT c.school_id,
           count(*) FILTER (WHERE c.kind IN ('created', 'updated', 'corrected')
                               AND i.state IS DISTINCT FROM 'undone') AS changes,
           count(*) FILTER (WHERE c.kind = 'merged')
               - count(*) FILTER (WHERE c.kind = 'unmerged') AS mergers
    FROM touched t
    JOIN school_change c ON c.school_id = t.school_id AND c.id > t.id
                        AND c.import_id IS DISTINCT FROM $1
    LEFT JOIN import i ON i.id = c.import_id
    GROUP BY c.school_id
), held AS (
    SELECT EXISTS (SELECT FROM probe p WHERE p.school_id = t.school_id)
               OR EXISTS (SELECT FROM school_summary d WHERE d.school_id = t.school_id) AS by_probe,
           EXISTS (SELECT FROM enrolment e
                   WHERE e.school_id = t.school_id AND e.redeemed_at IS NULL
                     AND e.expires_at > now()) AS by_code,
           EXISTS (SELECT FROM school_correction c
                   WHERE c.school_id = t.school_id AND c.state = 'pending') AS by_correction
    FROM touched t
    WHERE t.is_created
)
SELECT (SELECT count(*) FROM later WHERE changes > 0 OR mergers <> 0) AS touched_since,
       (SELECT count(*)
        FROM import i
        JOIN import later ON later.country_code = i.country_code AND later.subject = i.subject
                         AND later.number > i.number AND later.state = 'applied'
                         AND later.unchanged_count > 0
        WHERE i.id = $1 AND EXISTS (SELECT FROM held)) AS named_since,
       count(*) FILTER (WHERE by_probe) AS with_probes,
       count(*) FILTER (WHERE by_code) AS with_codes,
       count(*) FILTER (WHERE by_correction) AS with_corrections
FROM held
