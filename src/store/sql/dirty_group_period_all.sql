-- Schools of a country came, went, moved, or have another provider: what was summarised of its areas,
-- providers and technologies is made again, within some minutes, since a list may be taken in parts.
WITH marked AS MATERIALIZED (
    SELECT period, starts_on FROM dirty_group_period WHERE country_code = $1 FOR SHARE SKIP LOCKED
)
INSERT INTO dirty_group_period (country_code, period, starts_on, due_at)
SELECT g.country_code, g.period, g.starts_on, now() + interval '5 minutes'
FROM group_summary g
WHERE g.country_code = $1 AND g.kind = 'country'
  AND NOT EXISTS (SELECT FROM marked m WHERE m.period = g.period AND m.starts_on = g.starts_on)
