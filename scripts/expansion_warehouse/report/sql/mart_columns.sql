select table_name as mart, column_name, data_type, comment as description
from duckdb_columns()
where database_name = current_database() and schema_name = 'main' and not internal
order by table_name, column_index
