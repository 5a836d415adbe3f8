-- Which file was taken, by whom, and what came of it?
INSERT INTO import (id, country_code, subject, file_name, file_sha256, file_bytes, source, actor,
                    row_count, created_count, updated_count, unchanged_count, rejected_count,
                    finding_count, state, applied_at, applied_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'applied', now(), $8)
