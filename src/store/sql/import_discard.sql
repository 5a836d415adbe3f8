-- Is this import given up? Only one that was not applied can be.
UPDATE import
SET state = 'discarded'
WHERE id = $1 AND state IN ('uploaded', 'staged', 'failed', 'reading')
