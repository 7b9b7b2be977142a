"""Read-only connections to the build database, with the functions that its raw views call."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import is_locked, lock_holder
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput, BuildRunning


def open_read_only(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection that leaves the file as it is; the caller closes it."""
    con = duckdb.connect(str(database), read_only=True)
    add_functions(con)
    con.execute("set timezone = 'UTC'")
    return con


def require_free(database: Path) -> None:
    """Make sure that this process may write the build database, before any work is spent on it.

    Raises BuildRunning where another program has it open, BadInput where it is damaged.
    """
    if not database.exists():
        return
    try:
        duckdb.connect(str(database)).close()
    except duckdb.Error as error:
        if is_locked(error):
            raise BuildRunning(
                f"{shown(database)} is open in {lock_holder(error)}: close it and try again"
            ) from None
        raise BadInput(
            f"{shown(database)} is damaged: delete it, and the next build makes it anew"
        ) from None


def add_functions(con: Any) -> None:
    """Register what dbt's plugin registers: raw views do not even bind without it."""
    from expansion_warehouse.plugin import Plugin

    # A second connection to an open database shares the functions of the first.
    with suppress(duckdb.CatalogException):
        Plugin(name="warehouse", plugin_config={}).configure_connection(con)
