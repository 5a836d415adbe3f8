-- Why can this import not be undone? Schools that it touched and that were touched since, and
-- schools that it created and that a probe or a code hangs on.
SELECT (SELECT count(DISTINCT c.school_id)
        FROM school_change c
        JOIN school_change later ON later.school_id = c.school_id AND later.id > c.id
                                AND later.import_id IS DISTINCT FROM c.import_id
        WHERE c.import_id = $1) AS touched_since,
       (SELECT count(*)
        FROM school_change c
        WHERE c.import_id = $1 AND c.kind = 'created'
          AND (EXISTS (SELECT FROM probe p WHERE p.school_id = c.school_id)
               OR EXISTS (SELECT FROM school_day d WHERE d.school_id = c.school_id)))
           AS with_probes
