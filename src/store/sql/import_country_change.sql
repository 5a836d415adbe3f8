-- What else does an import say of a country that is known? A credit joins the others: the licence
-- of one file does not end with the next.
UPDATE country
SET name = coalesce($2, name),
    time_zone = coalesce($3, time_zone),
    credit = CASE
        WHEN $4::text IS NULL OR position($4 IN coalesce(credit, '')) > 0 THEN credit
        ELSE concat_ws('; ', credit, $4)
    END
WHERE code = $1
