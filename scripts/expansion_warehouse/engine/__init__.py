"""dbt, DuckDB and Spark: everything that knows how an engine is opened, run and read."""
