"""Parquet files of one table, with the columns that their `name=value` folders are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from expansion_warehouse.engine.sql import literal, unpatterned
from expansion_warehouse.importers.files.finding import partition_of


def parquet_reader(paths: Sequence[Path]) -> str:
    """The table function that reads the files, columns united by name."""
    files = ", ".join(literal(unpatterned(path)) for path in paths)
    parted = "true, hive_types_autocast = false" if partition_of(paths[0]) else "false"
    return f"read_parquet([{files}], union_by_name = true, hive_partitioning = {parted})"


def parquet_columns(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], reader: str
) -> dict[str, str]:
    """The columns of the files with their types; folders above the table's are none of them."""
    keys = partition_of(paths[0])
    above = {part.partition("=")[0] for part in paths[0].parts if "=" in part} - keys.keys()
    rows = con.execute(f"describe select * from {reader}").fetchall()
    found = {str(row[0]): str(row[1]) for row in rows}
    return {name: kind for name, kind in found.items() if not (keys and name in above)}
