select
    table_name as mart,
    regexp_extract(comment, '^Grain: ([^.]*)\.', 1) as grain,
    regexp_replace(comment, '^Grain: [^.]*\. *', '') as description
from duckdb_tables()
where database_name = current_database() and schema_name = 'main' and not internal
order by table_name
