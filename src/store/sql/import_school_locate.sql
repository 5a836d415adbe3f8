-- Where do the schools of the list lie?
INSERT INTO located (school_id, location) SELECT school_id, location FROM incoming
