-- What may be mended in these rows?
SELECT row_number, kind, stated,
       coalesce(name, concat(ST_Y(location), ', ', ST_X(location))) AS proposed, accepted
FROM staged_repair
WHERE import_number = $1 AND row_number = ANY ($2::integer[])
ORDER BY row_number, kind
