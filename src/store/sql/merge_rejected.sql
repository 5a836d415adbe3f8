-- Which rejected records are the survivor's from now on? Its probes are there already.
UPDATE rejected_record r
SET school_id = $2
FROM probe p
WHERE p.school_id = $2 AND r.probe_id = p.id AND r.school_id = $1
