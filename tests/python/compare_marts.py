"""Two files of marts, cell by cell: what a change that should move no number is shown with.

`python tests/python/compare_marts.py OLD.duckdb NEW.duckdb --rename t3=limit_reached` compares
every table of schema `main` that both have, exactly and in any order of rows, and ends with 1 where
a cell differs or a table or column is missing on one side.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Comparison:
    """What was compared and what differs; `lines` is empty where nothing does."""

    tables: int
    cells: int
    lines: list[str]


def compare(old: Path, new: Path, renamed: Mapping[str, str]) -> Comparison:
    """Compare the marts of two files; `renamed` maps old names of columns to new ones."""
    with duckdb.connect() as con:
        con.execute(f"attach '{old}' as old (read_only); attach '{new}' as new (read_only)")
        before, after = _tables(con, "old"), _tables(con, "new")
        lines = [f"{name}: only in {old}" for name in sorted(before - after)]
        lines += [f"{name}: only in {new}" for name in sorted(after - before)]
        cells = 0
        for name in sorted(before & after):
            columns = {column: renamed.get(column, column) for column in _columns(con, "old", name)}
            missing = set(columns.values()) ^ set(_columns(con, "new", name))
            lines += [f"{name}.{column}: only on one side" for column in sorted(missing)]
            common = {there: here for there, here in columns.items() if here not in missing}
            cells += _count(con, f"select count(*) from old.main.{name}") * len(common)
            left = ", ".join(f'"{there}" as "{here}"' for there, here in common.items())
            right = ", ".join(f'"{here}"' for here in common.values())
            pair = (f"select {left} from old.main.{name}", f"select {right} from new.main.{name}")
            for rows, others, side in ((*pair, old), (*pair[::-1], new)):
                found = _count(con, f"select count(*) from ({rows} except all {others})")
                if found:
                    lines.append(f"{name}: {found:,} rows only in {side}")
    return Comparison(len(before & after), cells, lines)


def _tables(con: duckdb.DuckDBPyConnection, file: str) -> set[str]:
    rows = con.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'main'",
        [file],
    )
    return {row[0] for row in rows.fetchall()}


def _columns(con: duckdb.DuckDBPyConnection, file: str, table: str) -> list[str]:
    return [row[0] for row in con.execute(f"describe {file}.main.{table}").fetchall()]


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def main(arguments: Sequence[str]) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description="Compare two files of marts, cell by cell.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rename", action="append", default=[], metavar="OLD=NEW")
    given = parser.parse_args(arguments)
    renamed = dict(pair.split("=", 1) for pair in given.rename)
    found = compare(given.old, given.new, renamed)
    print("\n".join([*found.lines, f"{found.tables} marts, {found.cells:,} cells compared"]))
    print("equal" if not found.lines else f"{len(found.lines)} differences")
    return 1 if found.lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
