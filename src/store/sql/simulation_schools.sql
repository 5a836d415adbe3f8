-- By which government id is each school of this country known?
SELECT value, school_id FROM school_alias WHERE country_code = $1 AND scheme = 'government'
