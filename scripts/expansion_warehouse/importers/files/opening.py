"""Files of one table as one relation, whatever their format."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from gzip import BadGzipFile
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.delimited import Delimited
from expansion_warehouse.importers.files.encodings import encoding_of
from expansion_warehouse.importers.files.finding import partition_of, unreadable
from expansion_warehouse.importers.files.formats import (
    DELIMITED,
    JSON,
    PARQUET,
    format_of,
)
from expansion_warehouse.importers.files.jsons import cell, json_rows
from expansion_warehouse.importers.files.names import Names
from expansion_warehouse.importers.files.options import FileOptions, Opened
from expansion_warehouse.importers.files.pages import Pages
from expansion_warehouse.importers.files.parquet import parquet_columns, parquet_reader
from expansion_warehouse.importers.files.scratch import Part, read_parts
from expansion_warehouse.importers.files.sheets import Sheet
from expansion_warehouse.printable import printable_line

_MOST_COLUMNS = 5000
_BATCH = 1000


def open_files(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    paths: Sequence[Path],
    options: FileOptions,
    scratch: Path,
) -> Opened:
    """Make the view `relation` (a name as SQL writes it) over the files of one table.

    Columns of text formats are text, those of Parquet keep their types; an empty text is NULL in
    all of them. What text says is kept in `scratch`, which has to stay as long as the view. JSON
    without a row has no columns; the view then has one without a name. Raises BadInput, with one
    line that names the file, for everything that cannot be read.
    """
    if format_of(paths[0]) == PARQUET:
        return _open_parquet(con, relation, paths)
    opening = _Opening(con, Path(tempfile.mkdtemp(dir=scratch)), options)
    for path in paths:
        with _told(path):
            opening.add(path)
    return opening.finish(relation)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Troubles of a file as one line that names it."""
    try:
        yield
    except (EOFError, zlib.error, BadGzipFile) as error:
        problem = printable_line(error)
    except duckdb.Error as error:
        problem = printable_line(reason(error))
    else:
        return
    raise BadInput(f"{shown(path)} cannot be read: {problem}")


def _open_parquet(con: duckdb.DuckDBPyConnection, relation: str, paths: Sequence[Path]) -> Opened:
    reader = parquet_reader(paths)
    with _told(paths[0]):
        columns = parquet_columns(con, paths, reader)
        # The footer of every file is read now, its rows later.
        con.execute(f"create view {relation} as select {_selected(columns)} from {reader}")
    return Opened(tuple(columns), (f"{_files(paths)}: Parquet",))


def _selected(columns: Mapping[str, str]) -> str:
    """Columns with their types; an empty text is NULL in every format."""
    return ", ".join(
        f"nullif({quoted(name)}, '') as {quoted(name)}" if kind == "VARCHAR" else quoted(name)
        for name, kind in columns.items()
    )


def _files(paths: Sequence[Path]) -> str:
    """Files in words."""
    if len(paths) == 1:
        return shown(paths[0])
    return f"{len(paths)} files, {shown(paths[0])} to {paths[-1].name}"


class _Opening:
    """The files of a table that are read so far."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, options: FileOptions) -> None:
        self._con = con
        self._folder = folder
        self._options = options
        self._parts: list[Path] = []
        # Every column by its folded name, as the first file spells it.
        self._columns: dict[str, str] = {}
        self._nameless: set[str] = set()
        self._json_names = Names()
        self._json_columns: dict[str, str] = {}
        self._said: dict[str, list[Path]] = {}
        self._pages = Pages()

    def add(self, path: Path) -> None:
        """Read one file."""
        form = format_of(path)
        if form == JSON:
            self._add_json(path)
        elif form == DELIMITED:
            self._add_delimited(path)
        elif form:
            self._add_sheet(path)
        else:
            raise BadInput(unreadable(path))

    def finish(self, relation: str) -> Opened:
        """Make the view, without columns that have neither name nor value."""
        reader = read_parts(self._parts) if self._parts else "(select 1 where false)"
        names = [name for name in self._columns.values() if not self._is_idle(name, reader)]
        columns = ", ".join(map(quoted, names)) or "null as nothing"
        self._con.execute(f"create view {relation} as select {columns} from {reader}")
        notes = tuple(f"{_files(paths)}: {said}" for said, paths in self._said.items())
        return Opened(tuple(names), notes, self._pages.lacking)

    def _is_idle(self, name: str, reader: str) -> bool:
        if name not in self._nameless:
            return False
        return self._con.execute(f"select count({quoted(name)}) from {reader}").fetchone() == (0,)

    def _add_delimited(self, path: Path) -> None:
        encoding = encoding_of(path, self._options.encoding)
        file = Delimited(path, encoding.codec, self._options.delimiter, self._options.header_row)
        self._add_rows(path, file)
        self._say(path, f"{encoding.words}, {file.separator}", *file.notes)

    def _add_sheet(self, path: Path) -> None:
        sheet = Sheet(path, self._options.sheet, self._options.header_row)
        self._add_rows(path, sheet)
        self._say(path, f"Excel, sheet {sheet.name}", *sheet.notes)

    def _add_rows(self, path: Path, file: Delimited | Sheet) -> None:
        self._nameless |= set(file.nameless)
        part = self._begin(file.columns, path)
        part.write(file.rows())
        self._keep(part, path)

    def _add_json(self, path: Path) -> None:
        encoding = encoding_of(path, self._options.encoding)
        rows = json_rows(path, encoding.codec, self._pages)
        keys: list[str] = []
        part: Part | None = None
        while batch := list(islice(rows, _BATCH)):
            new = {key for row in batch for key in row} - set(keys)
            if new or part is None:
                if part:
                    self._keep(part, path)
                keys = [*keys, *(key for key in _keys(batch) if key in new)]
                part = self._begin([self._json_name(key) for key in keys], path)
            part.write([cell(row.get(key)) for key in keys] for row in batch)
        if part:
            self._keep(part, path)
        self._say(path, encoding.words)

    def _json_name(self, key: str) -> str:
        if key not in self._json_columns:
            position = len(self._json_columns) + 1
            self._json_columns[key] = self._json_names.give(key, position)
        return self._json_columns[key]

    def _begin(self, columns: Sequence[str], path: Path) -> Part:
        """A part with these columns, spelled as in the files before."""
        if len(columns) > _MOST_COLUMNS:
            raise BadInput(f"{shown(path)} has more than {_MOST_COLUMNS} columns")
        spelled = [self._columns.setdefault(name.casefold(), name) for name in columns]
        return Part(self._folder, spelled)

    def _keep(self, part: Part, path: Path) -> None:
        own = {name.casefold() for name in part.columns}
        fixed = {
            self._columns.setdefault(name.casefold(), name): value
            for name, value in partition_of(path).items()
            if name.casefold() not in own
        }
        self._parts.append(part.keep(self._con, fixed))

    def _say(self, path: Path, *said: str) -> None:
        self._said.setdefault("; ".join(said), []).append(path)


def _keys(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The keys of rows in the order in which they first appear."""
    yield from dict.fromkeys(key for row in rows for key in row)
