-- What do the rows state?
COPY staged_school (import_number, row_number, new_id, stated_id, government_id, giga_id, osm_id,
                    import_key, name, location, location_problem, stated_longitude,
                    stated_latitude, education_level, student_count, connectivity, attributes,
                    status, target_mbps)
FROM STDIN (FORMAT binary)
