-- Which tests are the merged school's again? Those of its probes, also of the time in between: the
-- probes stood where they stood.
UPDATE speed_test SET school_id = $1 WHERE school_id = $2 AND probe_id = ANY ($3::uuid[])
