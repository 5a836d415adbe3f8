-- Where do schools lie, and what covers them?
CREATE TEMP TABLE located (
    school_id uuid PRIMARY KEY,
    location  geometry(Point, 4326)
) ON COMMIT DROP;
CREATE TEMP TABLE covered (
    school_id uuid NOT NULL,
    level     smallint NOT NULL,
    area_id   uuid NOT NULL,
    PRIMARY KEY (school_id, level)
) ON COMMIT DROP;
