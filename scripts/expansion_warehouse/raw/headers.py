"""The column names of raw files: as they mean the contract's, and what makes them unreadable.

A name means a column of the contract whatever its case, its width (full-width letters), the blanks
around it and the invisible characters in it; the macro `raw_columns` reads files by the same rule.
Two columns that mean one are refused.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import duckdb

from expansion_warehouse.engine.messages import columns, reason
from expansion_warehouse.engine.sql import unpatterned
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.printable import is_invisible, printable_line
from expansion_warehouse.raw.contract import RawTable

# A line of a CSV file may have as many bytes, see the macro `raw_reader`.
LONGEST_LINE = 16_777_216
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WRONG = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SNIFFED = 65_536
_LISTED = 12
# As the macro `raw_reader` reads; nothing is left to guessing.
_CSV = (
    "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', skip = 0, "
    f"hive_partitioning = false, max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE}"
)

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def folded(name: str) -> str:
    """A column name as it is compared."""
    seen = "".join(sign for sign in name if not is_invisible(sign))
    return unicodedata.normalize("NFKC", seen).strip().lower()


def unknown_columns(table: RawTable, files: Sequence[Path]) -> tuple[str, ...]:
    """Columns of a table's files that the contract does not know, as they are named.

    Raises BadInput, naming file and column, for a column that is missing or stands twice.
    """
    is_csv = files[0].suffix == ".csv"
    headers = {files[0]: _csv_header(table, files[0])} if is_csv else _parquet_headers(files)
    known = [column.name for column in table.columns]
    found = {folded(name): name for names in headers.values() for name in names}
    _refuse_twice(headers, known)
    keys = _partition_keys(table, files)
    for column in table.columns:
        if column.required and column.name not in found and column.name not in keys:
            raise BadInput(_missing(column.name, files, found, found.keys() - known))
    others = [name for key, name in found.items() if key not in known and key not in keys]
    return tuple(sorted(map(_named, others)))


def _named(column: str) -> str:
    """A column as a person can be told of it."""
    return printable_line(column.strip()) or "(without a name)"


def _refuse_twice(headers: Mapping[Path, Sequence[str]], known: Iterable[str]) -> None:
    """Of two columns that mean one of the contract, only one could be read."""
    spellings: dict[str, set[str]] = {}
    for file, names in headers.items():
        means = [folded(name) for name in names]
        for name in known:
            if means.count(name) > 1:
                raise BadInput(
                    f"{shown(file)}: column {name} stands {means.count(name)} times: keep one"
                )
        for name, meant in zip(names, means, strict=True):
            spellings.setdefault(meant, set()).add(name.lower())
            if meant in known and len(spellings[meant]) > 1:
                both = ", ".join(f'"{printable_line(name)}"' for name in sorted(spellings[meant]))
                raise BadInput(
                    f"{shown(file)}: column {meant} is spelled otherwise than in other files of "
                    f"its table ({both}): spell it the same"
                )


def _missing(
    name: str, files: Sequence[Path], found: Mapping[str, str], unknown: Iterable[str]
) -> str:
    label = shown(files[0]) if len(files) == 1 else f"{shown(files[0].parents[0])}/"
    close = get_close_matches(name, list(unknown), n=1)
    if close:
        hint = f"did you mean {_named(found[close[0]])}?"
    else:
        listed = sorted(map(_named, found.values()))
        more = len(listed) - _LISTED
        hint = "found: " + ", ".join(listed[:_LISTED]) + (f" and {more} more" if more > 0 else "")
    return f"{label}: required column {name} is missing ({hint})"


def _partition_keys(table: RawTable, files: Sequence[Path]) -> set[str]:
    """Names in `name=value` folders: how the files are laid out, not what they say."""
    folders = files[0].parts[:-1]
    if table.name not in folders:
        return set()
    below = folders[len(folders) - folders[::-1].index(table.name) :]
    return {part.split("=")[0].lower() for part in below if "=" in part}


# ---- Parquet ----


def _parquet_headers(files: Sequence[Path]) -> dict[Path, list[str]]:
    """The columns of each file, as the file names them."""
    found: dict[Path, list[str]] = {}
    with duckdb.connect() as con:
        for file in files:
            # The first row is the schema itself; only its children are columns.
            try:
                rows = con.execute(
                    "select name, coalesce(num_children, 0) from parquet_schema(?)",
                    [unpatterned(file)],
                ).fetchall()
            except duckdb.Error as error:
                problem = printable_line(reason(error))
                raise BadInput(f"{shown(file)} cannot be read: {problem}") from None
            found[file] = _top_level(rows)
    return found


def _top_level(rows: Sequence[tuple[str, int]]) -> list[str]:
    names = []
    position = 1
    while position < len(rows):
        names.append(rows[position][0])
        inside = 1
        while inside:
            inside += rows[position][1] - 1
            position += 1
    return names


# ---- CSV ----


def _csv_header(table: RawTable, file: Path) -> list[str]:
    """The header of a CSV file. Raises BadInput where it is none, or what follows does not fit."""
    with file.open("rb") as handle:
        start = handle.readline(_SNIFFED)
    if start.startswith(_MARKS) or b"\0" in start:
        raise BadInput(f"{shown(file)} is UTF-16 or no text at all: write it as UTF-8")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(f"{shown(file)} cannot be read: {_odd_line(file)}") from None
    _refuse_other_signs(table, file, header)
    try:
        with duckdb.connect() as con:
            con.execute(f"describe select * from read_csv(?, {_CSV})", [unpatterned(file)])
    except duckdb.Error as error:
        problem = _odd_line(file) or printable_line(reason(error))
        raise BadInput(f"{shown(file)} cannot be read: {problem}") from None
    return header


def _refuse_other_signs(table: RawTable, file: Path, header: Sequence[str]) -> None:
    """A header that is one column to us and several of the contract's to its author."""
    for sign, word in _WRONG.items():
        parts = [folded(part) for name in header for part in name.split(sign)]
        if len(parts) > len(header) and sum(map(bool, map(table.column, parts))) > len(header) - 1:
            raise BadInput(f"{shown(file)} has {word} between its columns: write commas")


def _odd_line(file: Path) -> str | None:
    """What is wrong with the first lines of a CSV file, in words."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines)
            header = next(rows, [])
            for row in rows:
                if row and len(row) != len(header):
                    return f"line {rows.line_num} has {columns(len(row))}, not {len(header)}"
                if sum(map(len, row)) > LONGEST_LINE:
                    return f"line {rows.line_num} is longer than {LONGEST_LINE >> 20} MB"
    except UnicodeDecodeError:
        return f"{_undecodable_line(file)} is not UTF-8 text"
    except csv.Error as error:
        return printable_line(error)
    return None


def _undecodable_line(file: Path) -> str:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return f"line {number}"
    return "a line"
