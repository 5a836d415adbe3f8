-- How are files of this source to be read from now on?
INSERT INTO import_source (country_code, source, options)
VALUES ($1, $2, $3)
ON CONFLICT (country_code, source) DO UPDATE SET options = excluded.options, updated_at = now()
