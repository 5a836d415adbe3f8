-- Which probe is a new installation? Of a school that has so many already, none.
WITH added AS (
    INSERT INTO probe (id, school_id, vantage, software, software_version, enrolled_at)
    SELECT $1, $2, 'device', 'giga_meter', $4, $5
    WHERE (SELECT count(*) FROM probe
           WHERE school_id = $2 AND software = 'giga_meter') < $6::bigint
    RETURNING id
)
INSERT INTO giga_meter_installation (probe_id, installation_hash)
SELECT id, $3 FROM added
