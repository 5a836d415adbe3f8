-- In which country is the school of a correction?
SELECT s.country_code FROM school_correction c JOIN school s ON s.id = c.school_id WHERE c.id = $1
