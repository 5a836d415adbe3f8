-- What does this country ask of its probes from now on?
INSERT INTO probe_policy (country_code, budget_mb_per_month, budget_mb_per_day, presence_target,
                          sync_from, sync_to, page_targets, mlab, proxy)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (country_code) DO UPDATE SET
    budget_mb_per_month = excluded.budget_mb_per_month,
    budget_mb_per_day = excluded.budget_mb_per_day,
    presence_target = excluded.presence_target, sync_from = excluded.sync_from,
    sync_to = excluded.sync_to, page_targets = excluded.page_targets, mlab = excluded.mlab,
    proxy = excluded.proxy,
    updated_at = now()
