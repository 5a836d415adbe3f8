-- What a ministry asks of its probes, where it differs from the usual, and its days without school.
CREATE TABLE probe_policy (
    country_code text PRIMARY KEY REFERENCES country (code),
    -- Absent: the usual.
    budget_mb_per_month integer CHECK (budget_mb_per_month BETWEEN 10 AND 1000000),
    budget_mb_per_day   integer CHECK (budget_mb_per_day BETWEEN 1 AND 1000000),
    -- Blank: none is asked.
    presence_target     text,
    -- When schools fetch their own content, local time. Both or neither; midnight as an end is 00:00.
    sync_from           time,
    sync_to             time,
    -- https:// URLs of learning platforms.
    page_targets        text[] NOT NULL DEFAULT '{}',
    -- Whether probes also measure against Measurement Lab, whose results are public.
    mlab                boolean NOT NULL DEFAULT false,
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK ((sync_from IS NULL) = (sync_to IS NULL)),
    CHECK (sync_from <> sync_to)
);

-- Local days without school, both ends included.
CREATE TABLE holiday (
    country_code text NOT NULL REFERENCES country (code),
    name         text NOT NULL CHECK (name <> ''),
    first_day    date NOT NULL,
    last_day     date NOT NULL,
    PRIMARY KEY (country_code, first_day, name),
    CHECK (last_day >= first_day AND last_day - first_day < 370)
);
