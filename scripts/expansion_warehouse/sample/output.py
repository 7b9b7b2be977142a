"""Writes the tables of a session as raw files, each in one explicit order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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
    con: duckdb.DuckDBPyConnection, folder: Path, source: str, days: Iterator[date]
) -> None:
    """One Parquet file per day of `source` under `usage_events/event_date=YYYY-MM-DD/`.

    Edge-case events of the same day, which wait in the raw table, go into the same file.
    """
    columns = _event_columns()
    for day in days:
        place = folder / EVENTS / f"event_date={day.isoformat()}"
        place.mkdir(parents=True)
        inside = f"occurred_at >= timestamp '{day}' and occurred_at < timestamp '{day}' + interval 1 day"
        query = (
            f"select {columns} from {source} where {inside} union all "
            f"select {columns} from raw.{EVENTS} where {inside} order by {_EVENT_ORDER}"
        )
        _copy(con, query, place / "events.parquet")


def _event_columns() -> str:
    return ", ".join(
        f"cast({name} as {kind}) as {name}" for name, kind in TABLES[EVENTS].items()
    )


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    if path.suffix == ".csv":
        options = "format csv, header true"
    else:
        options = "format parquet, compression zstd"
    name = str(path).replace("'", "''")
    con.execute(f"copy ({query}) to '{name}' ({options})")
