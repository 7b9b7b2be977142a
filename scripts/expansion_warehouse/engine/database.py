"""Read-only connections to the build database, with the functions that its raw views call."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.damage import is_damaged
from expansion_warehouse.engine.messages import is_locked, lock_holder, reason
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput, BuildRunning
from expansion_warehouse.functions import register_functions
from expansion_warehouse.storage import trouble

_LET_WRITE = "let this user read and write it"


def open_read_only(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection that leaves the file as it is; the caller closes it."""
    con = duckdb.connect(str(database), read_only=True)
    add_functions(con)
    con.execute("set timezone = 'UTC'")
    return con


def require_free(database: Path) -> str | None:
    """Make sure that this process may write the build database, before any work is spent on it.

    A damaged one is taken away, since a build makes all of it anew; the line that says so is
    returned. Raises BuildRunning where another program has it open, BadInput where it cannot be
    written for another reason.
    """
    if not database.exists():
        # Who deletes a database after a kill leaves its log behind, which fits no other one.
        _log_of(database).unlink(missing_ok=True)
        return None
    if not database.is_file():
        raise BadInput(f"{shown(database)} is not a file: take it away, the next build makes one")
    if not os.access(database, os.R_OK | os.W_OK):
        raise BadInput(f"{shown(database)}: permission denied: {_LET_WRITE}")
    try:
        duckdb.connect(str(database)).close()
    except duckdb.Error as error:
        if is_locked(error):
            raise BuildRunning(
                f"{shown(database)} is open in {lock_holder(error)}: close it and try again"
            ) from None
        if (said := trouble(error)) is not None:
            raise BadInput(said) from None
        if not is_damaged(error):
            raise BadInput(f"{shown(database)} cannot be opened: {reason(error)}") from None
        return take_away(database)
    return None


def take_away(database: Path) -> str:
    """Delete a damaged build database and its log; the line that says so."""
    forget(database)
    return f"{shown(database)} was damaged: this build makes it anew, from all history"


def forget(database: Path) -> None:
    """Delete a build database and its log: the next build makes it anew, from all history."""
    for file in (database, _log_of(database)):
        file.unlink(missing_ok=True)


def _log_of(database: Path) -> Path:
    """What DuckDB has not yet written into the file itself."""
    return database.with_name(f"{database.name}.wal")


def add_functions(con: Any) -> None:
    """Register what dbt's plugin registers: raw views do not even bind without it."""
    # A second connection to an open database shares the functions of the first.
    with suppress(duckdb.CatalogException):
        register_functions(con)
