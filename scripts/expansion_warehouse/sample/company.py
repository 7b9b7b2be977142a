"""Runs the SQL files that make up the company, in a DuckDB session of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.sample.options import AS_OF_DATE, SampleOptions, first_month
from expansion_warehouse.sample.tables import EVENTS, TABLES

# With edge cases, rates reach back to their first contract, however few months the company has.
EDGE_CASES_FROM = date(2023, 7, 1)

_STEPS = (
    ("calendar and catalogue", ("random", "calendar", "catalogue")),
    ("accounts and their satisfaction", ("accounts", "satisfaction", "lives")),
    ("contracts", ("experiments", "subscriptions", "lines", "contract_lines")),
    ("names", ("names", "account_rows")),
    ("invoices", ("invoices", "finance")),
    ("tickets, surveys, visits", ("customer_success", "marketing")),
    ("proposals", ("proposals",)),
    ("people and what was done", ("people",)),
    ("hidden truth", ("usage_plan", "truth")),
)


def threads() -> int:
    """Threads of the session; the files do not depend on it."""
    return max(1, os.cpu_count() or 1)


@contextmanager
def open_session(spill: Path, options: SampleOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with empty raw tables and the options as variables; `spill` takes its overflow."""
    with duckdb.connect(config={"threads": threads(), "memory_limit": "4GB"}) as con:
        con.execute(f"set temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        con.execute("set TimeZone = 'UTC'")
        first = first_month(options)
        variables: dict[str, int | date] = {
            "seed": options.seed,
            "accounts": options.accounts,
            "months": options.months,
            "first_month": first,
            "as_of_date": AS_OF_DATE,
            "rates_from": min(first, EDGE_CASES_FROM) if options.edge_cases else first,
        }
        for name, value in variables.items():
            set_variable(con, name, value)
        con.execute("create schema raw")
        for table, columns in TABLES.items():
            typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            con.execute(f"create table raw.{table} ({typed})")
        yield con


def set_variable(con: duckdb.DuckDBPyConnection, name: str, value: int | date) -> None:
    """Set a variable that the SQL files read through `getvariable`."""
    literal = f"date '{value.isoformat()}'" if isinstance(value, date) else str(value)
    con.execute(f"set variable {name} = {literal}")


def run_sql(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run one SQL file of this package."""
    path = resources.files(__package__) / "sql" / f"{name}.sql"
    con.execute(path.read_text(encoding="utf-8"))


def make_company(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Fill every raw table but the events; yields what comes next, for a progress line."""
    for title, files in _STEPS:
        yield title
        for name in files:
            run_sql(con, name)


def month_shares(con: duckdb.DuckDBPyConnection, options: SampleOptions) -> list[int]:
    """How many of the events fall into each month, in proportion to what people worked in it.

    The sum is `options.events` exactly, unless nobody worked at all.
    """
    worked = [
        int(_only(con, f"select count(*) from active_days({month})"))
        for month in range(options.months)
    ]
    total = sum(worked)
    if total == 0:
        return [0] * options.months
    shares = []
    before = 0
    running = 0
    for days in worked:
        running += days
        until = running * options.events // total
        shares.append(until - before)
        before = until
    return shares


def make_month_events(con: duckdb.DuckDBPyConnection, month: int, events: int) -> None:
    """Leave the events of one month in the temporary table `month_usage`."""
    set_variable(con, "month_number", month)
    set_variable(con, "month_events", events)
    run_sql(con, "usage_month")


def keep_month_events(con: duckdb.DuckDBPyConnection) -> None:
    """Move the month's events to the others."""
    con.execute(f"insert into raw.{EVENTS} by name select * from month_usage")


def _only(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    # Everything is fetched: an unfinished result blocks the connection.
    return con.execute(query).fetchall()[0][0]
