-- Where do all schools of the country lie?
INSERT INTO located (school_id, location)
SELECT id, location FROM school WHERE country_code = $1 AND merged_into IS NULL
