-- What may be mended in the rows?
COPY staged_repair (import_number, row_number, kind, stated, name, location, accepted)
FROM STDIN (FORMAT binary)
