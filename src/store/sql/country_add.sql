-- Is this country known from now on?
INSERT INTO country (code, name, time_zone, opens_at, closes_at, school_days, window_days,
                     invented, credit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (code) DO NOTHING
