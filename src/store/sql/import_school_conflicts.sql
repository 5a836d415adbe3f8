-- Which rows state an id that is another school's? The id stays where it is.
SELECT a.row_number, a.scheme, a.value, other.name
FROM incoming_alias a
JOIN incoming i ON i.row_number = a.row_number AND NOT i.created
JOIN school_alias s ON s.country_code = $1 AND s.scheme = a.scheme AND s.value = a.value
                   AND s.school_id <> i.school_id
JOIN school other ON other.id = s.school_id
ORDER BY a.row_number
