"""Writes the tables of a session as raw files, each in one explicit order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from expansion_warehouse.sample.tables import EVENTS, TABLES

TRUTH_FOLDER = "hidden_truth"
_EVENT_ORDER = "occurred_at, event_id, account_id"


def write_tables(con: duckdb.DuckDBPyConnection, folder: Path, file_format: str) -> None:
    """Every raw table except the events, as `<table>.<format>`.

    Sorting by all columns leaves no freedom but between equal rows.
    """
    for table, columns in TABLES.items():
        if table != EVENTS:
            query = f"select {', '.join(columns)} from raw.{table} order by all"
            _copy(con, query, folder / f"{table}.{file_format}")


def write_truth(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The hidden truth as Parquet."""
    truth = folder / TRUTH_FOLDER
    truth.mkdir()
    names = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'truth' order by table_name"
    ).fetchall()
    for (name,) in names:
        _copy(con, f"select * from truth.{name} order by all", truth / f"{name}.parquet")


def write_event_file(con: duckdb.DuckDBPyConnection, folder: Path, file_format: str) -> None:
    """All events in one file."""
    query = f"select {_event_columns()} from raw.{EVENTS} order by {_EVENT_ORDER}"
    _copy(con, query, folder / f"{EVENTS}.{file_format}")


def write_event_days(
    con: duckdb.DuckDBPyConnection, folder: Path, sources: Sequence[str], start: date, end: date
) -> None:
    """One Parquet file per day with events from `start` to before `end`.

    Each is `usage_events/event_date=YYYY-MM-DD/events.parquet` and holds the rows of all `sources`.
    """
    columns = _event_columns()
    days = " union ".join(
        f"select cast(occurred_at as date) from {source} where {_between(start, end)}"
        for source in sources
    )
    for (day,) in con.execute(f"select distinct * from ({days}) order by all").fetchall():
        place = folder / EVENTS / f"event_date={day.isoformat()}"
        place.mkdir(parents=True)
        rows = " union all ".join(
            f"select {columns} from {source} where {_between(day, day + timedelta(days=1))}"
            for source in sources
        )
        _copy(con, f"{rows} order by {_EVENT_ORDER}", place / "events.parquet")


def _between(start: date, end: date) -> str:
    return f"occurred_at >= timestamp '{start}' and occurred_at < timestamp '{end}'"


def _event_columns() -> str:
    return ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLES[EVENTS].items())


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    if path.suffix == ".csv":
        options = "format csv, header true"
    else:
        options = "format parquet, compression zstd"
    name = str(path).replace("'", "''")
    con.execute(f"copy ({query}) to '{name}' ({options})")
