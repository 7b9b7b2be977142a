"""`warehouse sample`: a deterministic company as raw files, with a hidden truth beside them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from expansion_warehouse.sample.company import (
    keep_month_events,
    make_company,
    make_month_events,
    month_shares,
    open_session,
)
from expansion_warehouse.sample.edge_cases import count_accounts, insert_edge_cases
from expansion_warehouse.sample.options import (
    AS_OF_DATE,
    MOST_EVENTS_IN_ONE_FILE,
    SampleOptions,
    SampleSummary,
    check_options,
    first_month,
)
from expansion_warehouse.sample.output import (
    write_event_days,
    write_event_file,
    write_tables,
    write_truth,
)
from expansion_warehouse.sample.tables import EVENTS, TABLES
from expansion_warehouse.sample.target import new_folder, write_settings

__all__ = ["SampleOptions", "SampleSummary", "write_sample"]


def write_sample(
    options: SampleOptions, progress: Callable[[str], None] | None = None
) -> SampleSummary:
    """Write the sample company to `options.target`; `progress` hears what is being made.

    Equal options give equal bytes in every file. Raises BadInput for options out of range and for a
    target that holds anything but an earlier sample; the target changes only when all is written.
    """
    started = time.perf_counter()
    tell = progress or _ignore
    check_options(options)
    with new_folder(options.target) as folder:
        spill = folder / ".spill"
        spill.mkdir()
        with open_session(spill, options) as con:
            for step in make_company(con):
                tell(step)
            if options.edge_cases:
                tell("edge cases")
                insert_edge_cases(con, spill)
            row_counts = {table: _count(con, f"raw.{table}") for table in TABLES}
            row_counts[EVENTS] += _write_events(con, folder, options, tell)
            tell("files")
            write_tables(con, folder, options.file_format)
            write_truth(con, folder)
        # The spill folder may hold files of the session, so it goes after the session has ended.
        shutil.rmtree(spill)
        write_settings(folder, options)
    return SampleSummary(
        target=options.target,
        row_counts=row_counts,
        as_of_date=AS_OF_DATE,
        seconds=time.perf_counter() - started,
        edge_accounts=count_accounts() if options.edge_cases else 0,
    )


def _write_events(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    options: SampleOptions,
    tell: Callable[[str], None],
) -> int:
    """Make and write the usage events month by month; returns how many the company has."""
    in_one_file = options.events <= MOST_EVENTS_IN_ONE_FILE
    first = first_month(options)
    if not in_one_file:
        # Edge cases of the time before the company.
        write_event_days(con, folder, (f"raw.{EVENTS}",), date.min, first)
    shares = month_shares(con, options)
    for month, events in enumerate(shares):
        start, end = _month(first, month), _month(first, month + 1)
        tell(f"events of {start:%Y-%m}")
        make_month_events(con, month, events)
        if in_one_file:
            keep_month_events(con)
        else:
            write_event_days(con, folder, ("month_usage", f"raw.{EVENTS}"), start, end)
    if in_one_file:
        write_event_file(con, folder, options.file_format)
    return sum(shares)


def _month(first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])


def _ignore(_: str) -> None:
    pass
