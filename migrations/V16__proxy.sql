-- Which proxy stands between a country's schools and the internet, and which tests went through one?
ALTER TABLE probe_policy
    -- http://host:port; absent: none.
    ADD COLUMN proxy text;

ALTER TABLE speed_test
    ADD COLUMN via_proxy boolean NOT NULL DEFAULT false;
