-- Which schools have no verdict yet? Nothing is measured there: it rests on what is declared.
INSERT INTO school_status (school_id, status, target_download_mbps, floor_download_mbps, rule_set, rule_version)
SELECT v.school_id, r.status, r.target_mbps, $2, $3, $4
FROM staged_verdict v
JOIN staged_school r ON r.import_number = $1 AND r.row_number = v.row_number
WHERE v.import_number = $1
  AND (v.verdict = 'created'
       OR v.verdict <> 'rejected'
          AND NOT EXISTS (SELECT FROM school_status s WHERE s.school_id = v.school_id))
