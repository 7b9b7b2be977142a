"""Read-only connections to the build database, with the functions that its raw views call."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb


def open_read_only(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection that leaves the file as it is; the caller closes it."""
    con = duckdb.connect(str(database), read_only=True)
    add_functions(con)
    con.execute("set timezone = 'UTC'")
    return con


def add_functions(con: Any) -> None:
    """Register what dbt's plugin registers: raw views do not even bind without it."""
    from expansion_warehouse.plugin import Plugin

    # A second connection to an open database shares the functions of the first.
    with suppress(duckdb.CatalogException):
        Plugin(name="warehouse", plugin_config={}).configure_connection(con)
