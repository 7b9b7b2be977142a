"""The export as views: one for each source, with the columns that the system knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files import FileOptions, find_files, open_files
from expansion_warehouse.importers.files.sheets import SHEETS
from expansion_warehouse.importers.losses import (
    Loss,
    lists_cut_off,
    losses_of,
    pages_lacking,
    unknown_columns,
)
from expansion_warehouse.importers.steps import make_steps, tables_read
from expansion_warehouse.importers.system import Layout, Source, System
from expansion_warehouse.printable import printable_line
from expansion_warehouse.raw.headers import folded

_LISTED = 12


@dataclass
class Export:
    """An export as it was opened: `rows` by source, of those that are there."""

    layout: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    files: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    # Promises of a layout: rows of its tables, and of the views that they become.
    read: dict[str, int] = field(default_factory=dict)
    # Columns that options name, and the SQL over the files: what is read of an open source.
    fields: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()


def find_sources(
    place: Path, sources: Sequence[Source]
) -> tuple[dict[str, tuple[Path, ...]], list[str]]:
    """The files of each source that is there, and the names of the required ones that are not."""
    if not place.exists():
        raise BadInput(f"source folder {shown(place)} does not exist")
    if place.is_file() and len({source.names for source in sources}) == 1:
        return {source.name: (place,) for source in sources}, []
    found = {source.name: find_files(place, source.names) for source in sources}
    lacking = [
        source.names[0] for source in sources if not source.optional and not found[source.name]
    ]
    return {name: paths for name, paths in found.items() if paths}, lacking


def require_sources(
    system: str, place: Path, sources: Sequence[Source]
) -> dict[str, tuple[Path, ...]]:
    """The files of each source; BadInput where required ones are not there, or none is."""
    files, lacking = find_sources(place, sources)
    if lacking and place.is_file():
        raise BadInput(
            f"{shown(place)} is one file, and {system} reads several: name a folder that has "
            f"{', '.join(lacking)} too"
        )
    if lacking == ["*"]:
        raise BadInput(f"{shown(place)} holds no file that can be read")
    if lacking:
        raise BadInput(f"{shown(place)} lacks {', '.join(lacking)}")
    if not files:
        wanted = ", ".join(source.names[0] for source in sources)
        raise BadInput(f"{shown(place)} holds no file of {system}; it looks for {wanted}")
    return files


def open_export(
    con: duckdb.DuckDBPyConnection,
    system: System,
    place: Path,
    layout: str | None,
    scratch: Path,
    *,
    fields: Iterable[str] = (),
) -> Export:
    """Make the views of schema `source`; `fields` are columns that options name.

    Raises BadInput for what is missing or unreadable.
    """
    con.execute(
        "create table _present (table_schema varchar, table_name varchar, column_name varchar)"
    )
    export = Export(fields=frozenset(fields))
    if not system.layouts:
        export.texts = (*system.steps.values(), *system.selects.values())
        files = require_sources(system.name, place, system.sources)
        _open_all(con, "source", system.sources, files, export=export, scratch=scratch)
        return export
    chosen, files = choose_layout(system, place, layout)
    export.layout = chosen.name
    export.texts = (*chosen.steps.values(), *chosen.selects.values())
    _open_all(con, "export", chosen.sources, files, export=export, scratch=scratch)
    export.read, export.rows = export.rows, {}
    make_steps(con, f"{system.name}/layouts/{chosen.name}", chosen.steps)
    for source in system.sources:
        _open_view(con, system, chosen, source, export)
    return export


def choose_layout(
    system: System, place: Path, wanted: str | None
) -> tuple[Layout, dict[str, tuple[Path, ...]]]:
    """The layout whose required files are all there, of several the one with the most files."""
    known = {layout.name: layout for layout in system.layouts}
    if wanted is not None and wanted not in known:
        raise BadInput(f"{system.name} has no layout '{wanted}'; known: {', '.join(known)}")
    fitting, complaints = [], []
    for layout in [known[wanted]] if wanted else system.layouts:
        files, lacking = find_sources(place, layout.sources)
        if lacking or not files:
            complaints.append(f"{layout.name}: {', '.join(lacking) or 'any file'}")
        else:
            fitting.append((-len(files), layout.name, layout, files))
    if not fitting:
        raise BadInput(f"{shown(place)} fits no layout; it lacks for {'; for '.join(complaints)}")
    _, _, layout, files = min(fitting, key=lambda fit: fit[:2])
    return layout, files


def _open_all(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    sources: Iterable[Source],
    files: dict[str, tuple[Path, ...]],
    *,
    export: Export,
    scratch: Path,
) -> None:
    # Several sources may read one file: what is to be said of it is said once.
    told: set[tuple[tuple[Path, ...], str]] = set()
    for source in sources:
        relation = f"{schema}.{quoted(source.name)}"
        paths = files.get(source.name)
        if not paths:
            con.execute(f"create view {relation} as {_empty(source.known_columns)}")
            continue
        below = _below(schema, source)
        options = FileOptions(source.encoding, source.delimiter, source.sheet, source.header_row)
        opened = open_files(con, below, paths, options, scratch)
        try:
            others = _narrow(con, source, schema, opened.columns, shown(paths[0]))
        except BadInput as error:
            sheets = next((note for note in opened.notes if SHEETS in note), None)
            if sheets is None:
                raise
            raise BadInput(f"{error}; {sheets[sheets.index(SHEETS) :]}: say sheet") from None
        if source.open:
            others = _not_read(others, source, schema, export)
        others = [column for column in others if (paths, column) not in told]
        notes = [note for note in opened.notes if (paths, note) not in told]
        told |= {(paths, said) for said in [*others, *notes]}
        export.losses += unknown_columns(source.name, others)
        if (paths, "") not in told:
            export.losses += pages_lacking(source.name, opened.lacking)
            told.add((paths, ""))
        export.losses += lists_cut_off(con, relation, source, opened.columns, files)
        export.files[source.name] = paths
        export.rows[source.name] = count(con, relation, f"{shown(paths[0])} cannot be read")
        export.notes += [_without_machine(note, source.name, paths) for note in notes]


def _without_machine(note: str, table: str, paths: Sequence[Path]) -> str:
    """A note about a table, in which a file has its name and no path."""
    for path in paths:
        note = note.replace(shown(path), path.name)
    return f"{table}: {note}"


def _narrow(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    schema: str,
    columns: Sequence[str],
    label: str,
) -> list[str]:
    """A view with the known columns of a source, NULL where one is absent; the other columns.

    It stands on the relation of the same name with an underscore before it.
    """
    actual = {folded(column): column for column in columns}
    # A list of an API without a row has no columns either.
    absent = [column for column in source.columns if columns and folded(column) not in actual]
    if absent:
        raise BadInput(f"{label} lacks the column {', '.join(absent)}{_nearest(absent, columns)}")
    if columns and source.one_of and not any(folded(name) in actual for name in source.one_of):
        spelled = " or ".join(source.one_of)
        raise BadInput(f"{label} lacks the column {spelled}{_found(columns)}")
    listed = []
    for column in source.known_columns:
        found = actual.get(folded(column))
        value = quoted(found) if found is not None else "cast(null as varchar)"
        listed.append(f"{value} as {quoted(column)}")
        if found is not None:
            con.execute("insert into _present values (?, ?, ?)", [schema, source.name, column])
    known = {folded(column) for column in source.known_columns}
    others = [column for column in columns if folded(column) not in known]
    if source.open:
        listed += [quoted(column) for column in others]
        for column in others:
            con.execute("insert into _present values (?, ?, ?)", [schema, source.name, column])
    relation = f"{schema}.{quoted(source.name)}"
    below = _below(schema, source)
    con.execute(f"create view {relation} as select {', '.join(listed) or '1'} from {below}")
    return others


def _not_read(columns: Iterable[str], source: Source, schema: str, export: Export) -> list[str]:
    """Columns of an open source that neither its SQL nor an option names; none if it reads all."""
    if not source.known_columns:
        return []
    texts = [sql for sql in export.texts if source.name in tables_read(sql, schema, {})]
    return [
        column
        for column in columns
        if column not in export.fields
        and not any(re.search(rf"\b{re.escape(column)}\b", sql, re.IGNORECASE) for sql in texts)
    ]


def _below(schema: str, source: Source) -> str:
    return f"{schema}.{quoted(f'_{source.name}')}"


def _nearest(absent: Sequence[str], columns: Sequence[str]) -> str:
    """The columns that may be meant by absent ones, else the first that there are."""
    close = [name for column in absent for name in get_close_matches(column, columns, 1, 0.5)]
    if close:
        return f" (did you mean {', '.join(dict.fromkeys(map(printable_line, close)))}?)"
    return _found(columns)


def _found(columns: Sequence[str]) -> str:
    more = len(columns) - _LISTED
    listed = ", ".join(map(printable_line, columns[:_LISTED]))
    return f" (found: {listed}{f' and {more} more' if more > 0 else ''})"


def _open_view(
    con: duckdb.DuckDBPyConnection, system: System, layout: Layout, source: Source, export: Export
) -> None:
    """A view of schema `source` as a layout makes it, or an empty one."""
    relation = f"source.{quoted(source.name)}"
    select = layout.selects.get(source.name)
    reads = tables_read(select or "", "export", layout.steps)
    if select is None or (reads and not reads & export.files.keys()):
        con.execute(f"create view {relation} as {_empty(source.known_columns)}")
        return
    label = f"{system.name}/layouts/{layout.name}/{source.name}.sql"
    below = _below("source", source)
    try:
        # A table, since several selects read it. The line break ends a closing comment.
        con.execute(f"create table {below} as {select}\n")
        columns = columns_of(con, below)
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    others = _narrow(con, source, "source", columns, label)
    if others:
        raise BadInput(f"{label} makes a column {others[0]}, which {source.name} does not declare")
    export.rows[source.name] = count(con, relation, label)


def _empty(columns: Sequence[str]) -> str:
    listed = ", ".join(f"cast(null as varchar) as {quoted(column)}" for column in columns)
    return f"select {listed or 1} where false"


def count(con: duckdb.DuckDBPyConnection, relation: str, label: str) -> int:
    """Number of rows of a table expression; BadInput starts with `label`."""
    try:
        return int(con.execute(f"select count(*) from {relation}").fetchall()[0][0])
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error


def columns_of(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Names of the columns of a table or view, in order."""
    return [str(row[0]) for row in con.execute(f"describe {relation}").fetchall()]


def described_losses(
    con: duckdb.DuckDBPyConnection, system: System, export: Export
) -> tuple[list[Loss], list[Loss]]:
    """What the system states that it leaves out, and what the layout of the export does."""
    label = f"{system.name}/system.yml"
    own = losses_of(
        con,
        label,
        "source",
        sources=system.sources,
        left_out=system.left_out,
        rows_in=export.rows,
    )
    layout = next((layout for layout in system.layouts if layout.name == export.layout), None)
    if layout is None:
        return own, []
    place = f"{system.name}/layouts/{layout.name}/layout.yml"
    of_layout = losses_of(
        con,
        place,
        "export",
        sources=layout.sources,
        left_out=layout.left_out,
        rows_in=export.read,
    )
    return own, of_layout
