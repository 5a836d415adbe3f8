-- Which schools have no verdict yet? Nothing is measured there: it rests on what is declared.
INSERT INTO school_status (school_id, status, target_download_mbps, floor_download_mbps)
SELECT school_id, status, target_mbps, $1
FROM incoming
ON CONFLICT (school_id) DO NOTHING
