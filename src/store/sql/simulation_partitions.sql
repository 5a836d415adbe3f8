-- Which partitions will measurements of these days need?
SELECT make_partition(r.table_name, at)
FROM retention r
CROSS JOIN generate_series(date_trunc('month', $1::date)::timestamptz, $2::date::timestamptz,
                           interval '1 month') AS months (at)
WHERE r.span = 'month'
