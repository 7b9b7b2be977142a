"""The marts of two runs on one connection, and what both of them have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.sql import literal

SIDES = ("before", "now")

Rows = list[dict[str, Any]]


@contextmanager
def both(before: Path, now: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the marts of both runs as `before` and `now`."""
    with duckdb.connect() as con:
        con.execute(f"attach {literal(before)} as before (read_only)")
        con.execute(f"attach {literal(now)} as now (read_only)")
        yield con


def columns_of(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, list[str]]:
    """The marts of one run with their columns."""
    found: dict[str, list[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ? "
        "and schema_name = 'main' order by table_name, column_index",
        [side],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def have(con: duckdb.DuckDBPyConnection, mart: str, *columns: str) -> bool:
    """Whether both runs have a mart with these columns."""
    return all(set(columns) <= set(columns_of(con, side).get(mart, [])) for side in SIDES)


def rows_of(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Rows:
    """What a query finds, each row by its columns."""
    found = con.execute(query, values)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
