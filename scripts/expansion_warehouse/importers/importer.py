"""`warehouse import`: another system's export becomes a raw folder of the contract.

A system is one folder under `importers/`: `system.yml` (which files to expect, the settings of the
raw folder, what is left out and why) and one `<contract table>.sql` per table that it can fill.
Each SQL file is a single select over the schema `source`; this module runs it, proves that no
source row vanished, and swaps the finished folder into place. It knows no system by name.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field

from expansion_warehouse.documents import parse_yaml, validated
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import literal, unpatterned
from expansion_warehouse.errors import BadInput
from expansion_warehouse.settings import Settings

IMPORTERS = Path(__file__).parent

_SETTINGS = "settings.yml"
_MARK = "# Written by `warehouse import "
_FILES = "# Its files: "
_UNKNOWN_COLUMN = "a column that this importer does not know"


@dataclass(frozen=True)
class ImportSummary:
    """What one import did; counts are rows.

    `rows_out` is keyed by contract table, `rows_in` and `rows_left_out` by source table;
    `left_out` pairs a source table or column with the reason why it has no place.
    """

    system: str
    source: Path
    target: Path
    rows_out: dict[str, int]
    left_out: list[tuple[str, str]]
    seconds: float
    rows_in: dict[str, int]
    rows_left_out: dict[str, int]


class _Described(BaseModel):
    """A part of `system.yml`; keys that it does not know are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _SourceTable(_Described):
    """One expected file; `becomes` names the contract table that gets one row per source row."""

    name: str = Field(alias="table")
    file: str
    columns: list[str]
    becomes: str | None = None


class _LeftOut(_Described):
    """A table, a column, or (with `where`) the rows of a table that do not fit the contract."""

    what: str
    reason: str
    where: str | None = None


class _Description(_Described):
    """The content of a `system.yml`."""

    title: str
    sources: list[_SourceTable]
    settings: dict[str, Any]
    left_out: list[_LeftOut] = []


@dataclass(frozen=True)
class _System:
    """A system folder, read and checked."""

    name: str
    title: str
    tables: list[_SourceTable]
    settings: dict[str, Any]
    left_out: list[_LeftOut]
    selects: dict[str, str]


def list_systems(importers: Path = IMPORTERS) -> list[str]:
    """Names of the systems that can be imported, sorted."""
    return sorted(path.parent.name for path in importers.glob("*/system.yml"))


def run_import(
    system: str, source: Path, target: Path, importers: Path = IMPORTERS
) -> ImportSummary:
    """Turn the export in `source` into the raw folder `target`.

    The same source gives the same bytes. `target` is replaced whole, and only if it is absent,
    empty, or holds nothing but what an earlier import wrote; on any error it stays as it was.
    Raises BadInput, with one line, for everything that can be wrong.
    """
    described = _read_system(system, importers)
    try:
        return _import(described, source, target)
    except OSError as error:
        raise BadInput(f"import {system}: {reason(error)}") from error


def _import(described: _System, source: Path, target: Path) -> ImportSummary:
    started = perf_counter()
    place = target.resolve()
    _refuse_foreign_target(place, target)
    # One thread: with more of them the layout of a large Parquet file depends on their race.
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("create schema source")
        unknown = _open_source(con, described, source)
        rows_in = {
            table.name: _count(con, _view(table.name), f"{source / table.file} cannot be read")
            for table in described.tables
        }
        left_out, rows_left_out = _count_left_out(con, described, rows_in)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            rows_out = _write_tables(con, described, made)
            _prove_rows(described, rows_in, rows_left_out, rows_out)
            _write_settings(described, made)
            _swap(made, place, Path(scratch) / "replaced")
    return ImportSummary(
        system=described.name,
        source=source,
        target=target,
        rows_out=rows_out,
        left_out=left_out + unknown,
        seconds=perf_counter() - started,
        rows_in=rows_in,
        rows_left_out=rows_left_out,
    )


def _read_system(system: str, importers: Path) -> _System:
    """Read one system folder; BadInput names the known systems, or what is wrong in the folder."""
    known = list_systems(importers)
    if system not in known:
        raise BadInput(f"unknown system '{system}'; known: {', '.join(known) or 'none'}")
    folder = importers / system
    label = f"{system}/system.yml"
    content = parse_yaml((folder / "system.yml").read_text(encoding="utf-8"), label)
    description = validated(_Description, content, label)
    company = validated(Settings, description.settings, f"{label}, settings", "setting")
    described = _System(
        name=system,
        title=" ".join(description.title.split()),
        tables=description.sources,
        settings={name: getattr(company, name) for name in description.settings},
        left_out=description.left_out,
        selects={path.stem: _read_select(path) for path in sorted(folder.glob("*.sql"))},
    )
    _check_names(described, label)
    return described


def _check_names(described: _System, label: str) -> None:
    """Every name that system.yml mentions must exist; a typo would hide rows or columns."""
    if not described.selects:
        raise BadInput(f"{described.name} has no SQL file, so it fills no table of the contract")
    columns = {table.name: table.columns for table in described.tables}
    for table in described.tables:
        if Path(table.file).suffix not in (".csv", ".parquet"):
            raise BadInput(f"{label}: {table.file} is neither .csv nor .parquet")
        if table.becomes is not None and table.becomes not in described.selects:
            raise BadInput(f"{label}: {table.name} becomes {table.becomes}, which has no SQL file")
    for entry in described.left_out:
        name, _, column = entry.what.partition(".")
        if name not in columns or (column and column not in columns[name]):
            raise BadInput(f"{label} leaves out {entry.what}, which is not among its sources")
        if column and entry.where:
            raise BadInput(f"{label}: {entry.what} is a column, only tables take `where`")


def _read_select(path: Path) -> str:
    """Text of a SQL file without its closing semicolon; BadInput unless it is one select."""
    label = f"{path.parent.name}/{path.name}"
    text = path.read_text(encoding="utf-8")
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadInput(f"{label} must hold one select and nothing else")
    return text.rstrip().removesuffix(";")


def _refuse_foreign_target(place: Path, target: Path) -> None:
    """BadInput unless the target may be replaced without losing anybody's work."""
    if place.exists() and not place.is_dir():
        raise BadInput(f"{target} is a file, not a folder")
    names = {path.name for path in place.iterdir()} if place.exists() else set()
    if not names:
        return
    written = _files_of_import(place / _SETTINGS)
    if written is None:
        raise BadInput(f"{target} is not empty and was not made by an import: name another folder")
    foreign = sorted(names - written)
    if foreign:
        raise BadInput(f"{target} holds {foreign[0]}, which no import wrote: move it away first")


def _files_of_import(settings: Path) -> set[str] | None:
    """File names that an import recorded in its settings.yml; None where none did."""
    if not settings.is_file():
        return None
    lines = settings.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) < 2 or not lines[0].startswith(_MARK) or not lines[1].startswith(_FILES):
        return None
    return {_SETTINGS, *lines[1].removeprefix(_FILES).split()}


def _open_source(
    con: duckdb.DuckDBPyConnection, described: _System, source: Path
) -> list[tuple[str, str]]:
    """Make one view per source file; returns the columns that system.yml does not mention.

    CSV arrives as text, so that a cast in a SQL file is the only place where a value can change.
    """
    if not source.is_dir():
        raise BadInput(f"source folder {source} does not exist")
    missing = [table.file for table in described.tables if not (source / table.file).is_file()]
    if missing:
        raise BadInput(f"{source} lacks {', '.join(missing)}")
    unknown: list[tuple[str, str]] = []
    for table in described.tables:
        path = source / table.file
        present = _create_view(con, table.name, path)
        absent = [column for column in table.columns if column not in present]
        if absent:
            raise BadInput(f"{path} lacks the column {', '.join(absent)}")
        unknown += [
            (f"{table.name}.{column}", _UNKNOWN_COLUMN)
            for column in present
            if column not in table.columns
        ]
    return unknown


def _create_view(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> list[str]:
    """A view over one file in the schema `source`; returns its columns in file order."""
    file = literal(unpatterned(path))
    if path.suffix == ".parquet":
        reader = f"read_parquet({file})"
    else:
        # Nothing is guessed: a sniffed delimiter or type could differ between two exports.
        columns = ", ".join(f"{literal(column)}: 'varchar'" for column in _csv_header(path))
        reader = (
            f"read_csv({file}, auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = '', columns = {{{columns}}})"
        )
    try:
        con.execute(f"create view {_view(name)} as select * from {reader}")
        return [str(row[0]) for row in con.execute(f"describe {_view(name)}").fetchall()]
    except duckdb.Error as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}") from error


def _csv_header(path: Path) -> list[str]:
    """Column names of a CSV file; BadInput where there is no header or a name comes twice."""
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


def _count(con: duckdb.DuckDBPyConnection, relation: str, label: str) -> int:
    """Number of rows of a table expression; BadInput starts with `label`."""
    try:
        row = con.execute(f"select count(*) from {relation}").fetchone()
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    return int(row[0]) if row else 0


def _count_left_out(
    con: duckdb.DuckDBPyConnection, described: _System, rows_in: Mapping[str, int]
) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """The left-out list with row counts in its reasons, and the left-out rows per source table."""
    listed: list[tuple[str, str]] = []
    rows: dict[str, int] = {}
    for entry in described.left_out:
        reason = entry.reason
        if "." not in entry.what:
            rows_meant = f"{_view(entry.what)} where {entry.where or 'true'}"
            found = _count(con, rows_meant, f"{described.name}/system.yml, {entry.what}")
            rows[entry.what] = rows.get(entry.what, 0) + found
            reason = f"{found:,} of {rows_in[entry.what]:,} rows: {reason}"
        listed.append((entry.what, reason))
    return listed, rows


def _write_tables(
    con: duckdb.DuckDBPyConnection, described: _System, folder: Path
) -> dict[str, int]:
    """One Parquet file per SQL file; returns the rows written per contract table."""
    rows: dict[str, int] = {}
    for table, select in described.selects.items():
        path = literal(folder / f"{table}.parquet")
        written = literal(unpatterned(folder / f"{table}.parquet"))
        try:
            # The line break keeps a closing comment of the file from swallowing the bracket.
            con.execute(f"copy ({select}\n) to {path} (format parquet, compression zstd)")
        except duckdb.Error as error:
            raise BadInput(f"{described.name}/{table}.sql: {reason(error)}") from error
        rows[table] = _count(con, f"read_parquet({written})", f"{table}.parquet cannot be read")
    return rows


def _prove_rows(
    described: _System,
    rows_in: Mapping[str, int],
    rows_left_out: Mapping[str, int],
    rows_out: Mapping[str, int],
) -> None:
    """BadInput where rows came in that neither arrived nor were left out for a stated reason.

    A join that drops rows or multiplies them shows here, before anybody reads a number.
    """
    for target in sorted({table.becomes for table in described.tables if table.becomes}):
        names = [table.name for table in described.tables if table.becomes == target]
        read = sum(rows_in[name] for name in names)
        left = sum(rows_left_out.get(name, 0) for name in names)
        if read != rows_out[target] + left:
            raise BadInput(
                f"{described.name}: {read:,} rows of {', '.join(names)} became "
                f"{rows_out[target]:,} rows of {target} and {left:,} left out"
            )


def _write_settings(described: _System, folder: Path) -> None:
    """settings.yml: the mark of an import with its file names, then the settings of the company."""
    files = " ".join(f"{table}.parquet" for table in described.selects)
    head = (
        f"{_MARK}{described.name}`: the next import replaces this folder.",
        f"{_FILES}{files}",
        f"# The data: {described.title}.",
        yaml.safe_dump(described.settings, sort_keys=False, allow_unicode=True),
    )
    (folder / _SETTINGS).write_text("\n".join(head), encoding="utf-8", newline="\n")


def _swap(made: Path, place: Path, replaced: Path) -> None:
    """Move the finished folder into place, and the old one back if that fails."""
    if place.exists():
        place.rename(replaced)
    try:
        made.rename(place)
    except OSError:
        if replaced.exists():
            replaced.rename(place)
        raise


def _view(name: str) -> str:
    """Quoted name of the view over one source table."""
    return f'source."{name}"'
