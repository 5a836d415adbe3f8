-- Which file is about to be read, and for whom?
INSERT INTO import (id, country_code, subject, file_name, file_sha256, file_bytes, source, actor,
                    country_proposal, state)
VALUES ($1, $2, 'schools', $3, $4, $5, $6, $7, $8, 'uploaded')
RETURNING number
