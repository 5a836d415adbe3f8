-- A school-day may have several marks: they are only added and taken away, so that who reports never
-- waits for who summarises.
ALTER TABLE dirty_school_day DROP CONSTRAINT dirty_school_day_pkey;
-- What changes little may wait, so that a day is not summarised with every report.
ALTER TABLE dirty_school_day ADD COLUMN due_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX dirty_school_day_due ON dirty_school_day (due_at);
CREATE INDEX dirty_school_day_day ON dirty_school_day (school_id, day);

-- A probe's row changes with each of its reports, in no column that is indexed: with room beside it the
-- change stays on its page and touches no index.
ALTER TABLE probe SET (fillfactor = 70);
