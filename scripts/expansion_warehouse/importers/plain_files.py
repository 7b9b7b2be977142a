"""A stand-in for `files`: finds and opens .csv and .parquet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import literal, unpatterned
from expansion_warehouse.errors import BadInput

_FORMS = (".csv", ".parquet")


@dataclass(frozen=True)
class FileOptions:
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Opened:
    columns: tuple[str, ...]
    rows: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)


def find_files(folder_or_file: Path, names: Sequence[str]) -> tuple[Path, ...]:
    if folder_or_file.is_file():
        return (folder_or_file,)
    for name in names:
        wanted = {name.casefold(), *(f"{name}{form}".casefold() for form in _FORMS)}
        found = sorted(
            path
            for path in folder_or_file.iterdir()
            if path.is_file() and path.name.casefold() in wanted and path.suffix in _FORMS
        )
        if found:
            return (found[0],)
        found = sorted(path for path in folder_or_file.glob(name) if path.is_file())
        if found:
            return tuple(found)
    return ()


def open_files(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    paths: Sequence[Path],
    options: FileOptions,
    scratch: Path,
) -> Opened:
    path = paths[0]
    files = ", ".join(literal(unpatterned(path)) for path in paths)
    if path.suffix == ".parquet":
        reader = f"read_parquet([{files}], union_by_name = true)"
    else:
        columns = ", ".join(f"{literal(column)}: 'varchar'" for column in _csv_header(path))
        reader = (
            f"read_csv([{files}], auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = '', columns = {{{columns}}})"
        )
    try:
        con.execute(f"create view {relation} as select * from {reader}")
        found = [str(row[0]) for row in con.execute(f"describe {relation}").fetchall()]
        return Opened(tuple(found))
    except duckdb.Error as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}") from error


def _csv_header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}") from error
    if not header:
        raise BadInput(f"{path} is empty: it has no header line")
    if len({column.casefold() for column in header}) < len(header):
        raise BadInput(f"{path} names a column twice in its header")
    return header
