-- What is kept of a school's weeks in these ISO years? One row without a year where there is nothing. A
-- school that was merged keeps its own.
SELECT s.country_code, h.year, h.weeks
FROM school s
LEFT JOIN school_status_history h ON h.school_id = s.id AND h.year BETWEEN $2 AND $3
WHERE s.id = $1
ORDER BY h.year
