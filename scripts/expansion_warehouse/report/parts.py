"""Data that a page loads in parts: in a file or a few is what it shows, and a list says in which.

Files of movements are complete, so that the rows behind a bar add up to it.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from expansion_warehouse.report.datasets import LOADED, Dataset, json_row, load, sql_folder

MOVES, COHORTS = "moved_months", "cohort_segments"


def write_parts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the files of movements and of cohorts, and the lists of them."""
    _write_moves(con, folder)
    _write_cohorts(con, folder)


def _write_moves(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A file for each month and basis.

    Segments are written once a file; a row has their place. `unplaced` counts rows without any.
    """
    found = _load(con, "moves")
    listed = []
    if found:
        columns = [name for name in found if name not in ("basis", "month", "segments")]
        grouped = con.execute(
            "with placed as (select *, rowid as line, case when segments is not null then "
            "dense_rank() over (partition by basis, month, segments is null order by segments) - 1 "
            f"end as place from {LOADED}) "
            f"select basis, month, list({json_row([*columns, 'place'])} order by line), "
            "list(distinct segments order by segments), count(*) filter (where place is null) "
            "from placed group by basis, month order by basis, month"
        )
        while row := grouped.fetchone():
            basis, month, rows, segments, unplaced = row
            name = f"moves/{basis}/{month:%Y-%m}"
            made = Dataset(name, (*columns, "place"), tuple(map(str, rows)), len(rows))
            _write(folder, name, made.script(segments=segments))
            listed.append([basis, str(month), unplaced])
    _write_list(folder, MOVES, ("basis", "month", "unplaced"), listed, is_absent=not found)


def _write_cohorts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A file for each segment; the first is that of the whole company."""
    found = _load(con, "cohorts")
    listed = []
    if found:
        columns = [name for name in found if name not in ("segment_type", "segment")]
        grouped = con.execute(
            f"select segment_type, segment, list({json_row(columns)} order by rowid) "
            f"from {LOADED} group by segment_type, segment order by min(rowid)"
        )
        for place, (kind, segment, rows) in enumerate(grouped.fetchall()):
            name = f"cohorts/{place}"
            made = Dataset(name, tuple(columns), tuple(map(str, rows)), len(rows))
            _write(folder, name, made.script())
            listed.append([kind, segment, place])
    _write_list(folder, COHORTS, ("segment_type", "segment", "place"), listed, is_absent=not found)


def _load(con: duckdb.DuckDBPyConnection, name: str) -> tuple[str, ...] | None:
    return load(con, sql_folder() / "parts" / f"{name}.sql")


def _write_list(
    folder: Path, name: str, columns: tuple[str, ...], rows: list[list[object]], *, is_absent: bool
) -> None:
    lines = tuple(json.dumps(row, ensure_ascii=False) for row in rows)
    _write(folder, name, Dataset(name, columns, lines, len(lines), is_absent=is_absent).script())


def _write(folder: Path, name: str, text: str) -> None:
    file = folder / f"{name}.js"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
