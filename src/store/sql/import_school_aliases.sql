-- By which ids will each school be known? An id that is another school's stays there.
INSERT INTO school_alias (school_id, country_code, scheme, value)
SELECT i.school_id, $1, a.scheme, a.value
FROM incoming_alias a
JOIN incoming i USING (row_number)
ON CONFLICT (country_code, scheme, value) DO NOTHING
