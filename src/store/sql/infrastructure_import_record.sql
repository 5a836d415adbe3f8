-- Which file of infrastructure was taken, by whom, and what came of it? Its country is named only
-- where it is registered.
INSERT INTO import (id, country_code, subject, file_name, file_sha256, actor, row_count,
                    created_count, updated_count, unchanged_count, rejected_count, finding_count,
                    applied_at, applied_by)
VALUES ($1, (SELECT code FROM country WHERE code = $2), 'infrastructure', $3, $4, $5, $6, $7, $8, $9,
        $10, $11, now(), $5)
