"""`warehouse import`: another system's export becomes a part of a raw folder of the contract.

A system says what to expect and has one select per contract table that it can fill (`system.py`).
This module runs the selects, proves that no source row vanished, and hands the finished files to
`place.py`. It knows no system by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import literal
from expansion_warehouse.environment import find_places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.importers.links import find_links, link_accounts, open_links, unused_links
from expansion_warehouse.importers.losses import Loss, fields_not_found
from expansion_warehouse.importers.opening import (
    Export,
    choose_layout,
    columns_of,
    count,
    described_losses,
    open_export,
    require_sources,
)
from expansion_warehouse.importers.options import read_options
from expansion_warehouse.importers.overruled import give_way
from expansion_warehouse.importers.place import (
    Part,
    beside,
    checked_name,
    exchange,
    only_import,
    refuse_files,
    refuse_target,
    settings_of,
)
from expansion_warehouse.importers.record import read_record
from expansion_warehouse.importers.steps import make_steps, tables_read
from expansion_warehouse.importers.system import (
    FORM,
    IMPORTERS,
    Source,
    System,
    checked,
    in_form,
    list_systems,
    read_system,
)
from expansion_warehouse.importers.typed import stage_table, write_table
from expansion_warehouse.importers.unread import unread_files
from expansion_warehouse.raw.contract import RawTable, read_contract

__all__ = ["IMPORTERS", "ImportSummary", "import_system", "list_systems", "run_import"]


@dataclass(frozen=True)
class ImportSummary:
    """What one import did; counts are rows.

    `rows_out` is keyed by contract table, `rows_in` and `rows_left_out` by source table.
    """

    system: str
    name: str
    layout: str | None
    source: Path
    target: Path
    rows_in: dict[str, int]
    rows_out: dict[str, int]
    rows_left_out: dict[str, int]
    losses: tuple[Loss, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """What has no place in the contract, each with its counts and the reason."""
        return [(loss.what, loss.words) for loss in self.losses]

    def as_json(self) -> dict[str, Any]:
        """The summary as `--json` prints it."""
        return {
            "system": self.system,
            "name": self.name,
            "layout": self.layout,
            "source": str(self.source),
            "target": str(self.target),
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "rows_left_out": self.rows_left_out,
            "losses": [loss.as_json() for loss in self.losses],
            "notes": list(self.notes),
            "seconds": self.seconds,
        }


@dataclass(frozen=True)
class ImportOptions:
    """What may be said of one import beside system, source and target.

    `name` is that of its files, else the system's; `options` are those of the system, as text;
    `layout` chooses one of several; `links` is the file of account links, else the one that lies in
    the raw folder.
    """

    name: str | None = None
    options: Mapping[str, str | None] = field(default_factory=dict)
    layout: str | None = None
    links: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """An import that is made and not yet in its place."""

    summary: ImportSummary
    part: Part
    settings: dict[str, Any]


def run_import(
    system: str,
    source: Path,
    target: Path,
    importers: Path = IMPORTERS,
    told: ImportOptions | None = None,
) -> ImportSummary:
    """Read a system by its name and import an export of it; see `import_system`."""
    return import_system(read_system(system, importers), source, target, told)


def import_system(
    system: System, source: Path, target: Path, told: ImportOptions | None = None
) -> ImportSummary:
    """Turn the export in `source` into a part of the raw folder `target`.

    The same rows give the same bytes. Only files of an earlier import of the same name are
    replaced; on any error the folder stays as it was. Raises BadInput, with one line, for
    everything that can be wrong.
    """
    given = told or ImportOptions()
    place = target.resolve()
    try:
        name = require_ready(system, source, place, given)
        with beside(place) as scratch:
            earlier = earlier_files(place, name)
            done = prepare(system, source, target, given, scratch=scratch, earlier=earlier)
            with only_import(place):
                refuse_target(place, {name: system.name})
                refuse_files(place, [done.part])
                exchange(place, scratch, [done.part], settings_of(place, {name: done.settings}))
        return done.summary
    except OSError as error:
        raise BadInput(f"import {system.name}: {reason(error)}") from error


def require_ready(system: System, source: Path, place: Path, told: ImportOptions) -> str:
    """The name of an import that may write to its place and finds its files; else BadInput."""
    name = checked_name(told.name or system.name)
    checked(system)
    _read_told(system, told)
    if source.resolve() == place:
        raise BadInput(f"{shown(place)} is the export itself: --to names another folder")
    refuse_target(place, {name: system.name})
    _require_files(system, source, told.layout)
    return name


def earlier_files(place: Path, name: str) -> dict[str, list[Path]]:
    """Files of the imports that came before one of that name, by table: their word counts first."""
    found: dict[str, list[Path]] = {}
    record = read_record(place)
    for other in record.imports:
        if other == name:
            break
        for file in record.files_of(other):
            if (place / file).is_file():
                found.setdefault(file.partition("/")[0], []).append(place / file)
    return found


def prepare(
    system: System,
    source: Path,
    target: Path,
    told: ImportOptions,
    *,
    scratch: Path,
    earlier: Mapping[str, Sequence[Path]],
) -> Prepared:
    """Make the files of an import in `scratch`; `earlier` are files whose word counts first."""
    started = perf_counter()
    name = told.name or system.name
    system, values = _read_told(system, told)
    links = told.links or find_links(target.resolve())
    contract = {table.name: table for table in read_contract(find_places(None, None).project)}
    with import_connection(scratch) as con:
        for option, value in values.items():
            con.execute(f"set variable {option} = {'null' if value is None else literal(value)}")
        _make_macros(con, system)
        fields = {
            values[name] or "" for name in system.options if system.options[name].kind == "field"
        }
        export = open_export(con, system, source, told.layout, scratch, fields=fields)
        own, of_layout = described_losses(con, system, export)
        export.losses += fields_not_found(con, system.options, values)
        if links is not None and not open_links(
            con, links, (name, system.name), scratch, system.linked_id
        ):
            export.notes.append(f"{links.name} has no link of {name}")
            links = None
        tables = _Tables(con, system, name, export=export, contract=contract, scratch=scratch)
        tables.write(earlier, links is not None)
        unused = unused_links(con) if links is not None else []
    _prove_layout(system, export, of_layout)
    _prove_rows(system.name, system.sources, export.rows, own, tables.rows_made)
    losses = [*own, *of_layout, *export.losses, *unread_files(source, export), *tables.losses]
    losses += unused
    losses.sort(key=lambda loss: loss.kind != "incomplete")
    summary = ImportSummary(
        system=system.name,
        name=name,
        layout=export.layout,
        source=source,
        target=target,
        rows_in={**export.read, **export.rows},
        rows_out=tables.rows_out,
        rows_left_out=_rows_lost([*own, *of_layout]),
        losses=tuple(losses),
        notes=tuple(export.notes),
        seconds=perf_counter() - started,
    )
    part = Part(name, _entry(system, summary, export, _as_said(told, values)), tables.made)
    return Prepared(summary, part, _plain(system.settings))


def _require_files(system: System, source: Path, layout: str | None) -> None:
    """BadInput where the export lacks files, before anything is made."""
    if system.layouts:
        choose_layout(system, source, layout)
        return
    if layout is not None:
        raise BadInput(f"{system.name} has no layout '{layout}': it has no layouts")
    require_sources(system.name, source, system.sources)


def _read_told(system: System, told: ImportOptions) -> tuple[System, dict[str, str | None]]:
    """The system in the stated form of its files, and its options as SQL gets them."""
    formed, own = in_form(system, told.options)
    return formed, read_options(system.name, system.options, own, FORM)


def _as_said(told: ImportOptions, values: Mapping[str, str | None]) -> dict[str, str | None]:
    """The options that somebody said, as they were understood."""
    return {name: values.get(name, value) for name, value in told.options.items()}


def _make_macros(con: duckdb.DuckDBPyConnection, system: System) -> None:
    try:
        for statement in system.macros:
            con.execute(statement)
    except duckdb.Error as error:
        raise BadInput(f"{system.name}/macros.sql: {reason(error)}") from error


class _Tables:
    """The contract tables of an import, as they are made one after the other.

    `rows_made` are what the selects gave, `rows_out` what was written in the end.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        system: System,
        name: str,
        *,
        export: Export,
        contract: Mapping[str, RawTable],
        scratch: Path,
    ) -> None:
        self._con = con
        self._system = system
        self._name = name
        self._present = export.rows.keys()
        self._contract = contract
        self._scratch = scratch
        self.made: dict[str, Path] = {}
        self.rows_made: dict[str, int] = {}
        self.rows_out: dict[str, int] = {}
        self.losses: list[Loss] = []

    def write(self, earlier: Mapping[str, Sequence[Path]], is_linked: bool) -> None:
        """Run every select; link its accounts and let it give way to earlier files of its table."""
        make_steps(self._con, self._system.name, self._system.steps)
        self._con.execute("create schema staged")
        for table, select in self._system.selects.items():
            label = f"{self._system.name}/{table}.sql"
            staged = stage_table(self._con, label, table, select, self._contract)
            self.rows_made[table] = count(self._con, staged, label)
            if is_linked:
                columns = columns_of(self._con, staged)
                self.losses += link_accounts(self._con, staged, table, columns)
            known = self._contract[table]
            self.losses += give_way(self._con, staged, known, earlier.get(table, ()))
            self.rows_out[table] = count(self._con, staged, label)
            if self._is_wanted(table, select):
                path = self._scratch / f"{table}.parquet"
                write_table(self._con, staged, known, path)
                self.made[f"{table}/{self._name}.parquet"] = path
            self._con.execute(f"drop table {staged}")

    def _is_wanted(self, table: str, select: str) -> bool:
        """A table without rows is written unless nothing that becomes it is in the export."""
        promised = {source.name for source in self._system.sources if source.becomes == table}
        reads = promised or tables_read(select, "source", self._system.steps)
        return bool(self.rows_out[table] or not reads or reads & self._present)


def _rows_lost(losses: list[Loss]) -> dict[str, int]:
    lost: dict[str, int] = {}
    for loss in losses:
        if loss.kind == "rows":
            lost[loss.what] = lost.get(loss.what, 0) + (loss.rows or 0)
    return lost


def _prove_layout(system: System, export: Export, losses: list[Loss]) -> None:
    for layout in system.layouts:
        if layout.name == export.layout:
            label = f"{system.name}, {layout.name}"
            _prove_rows(label, layout.sources, export.read, losses, export.rows)


def _prove_rows(
    label: str,
    sources: tuple[Source, ...],
    rows_in: Mapping[str, int],
    losses: list[Loss],
    rows_out: Mapping[str, int],
) -> None:
    """BadInput where rows came in that neither arrived nor were left out for a stated reason.

    A join that drops rows or multiplies them shows here, before anybody reads a number.
    """
    lost = _rows_lost(losses)
    for target in sorted({source.becomes for source in sources if source.becomes}):
        names = [source.name for source in sources if source.becomes == target]
        read = sum(rows_in.get(name, 0) for name in names)
        left = sum(lost.get(name, 0) for name in names)
        if read != rows_out.get(target, 0) + left:
            raise BadInput(
                f"{label}: {read:,} rows of {', '.join(names)} became "
                f"{rows_out.get(target, 0):,} rows of {target} and {left:,} left out"
            )


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as JSON has them: a date as text."""
    return {
        name: value if isinstance(value, bool | int | float) else str(value)
        for name, value in settings.items()
    }


def _entry(
    system: System,
    summary: ImportSummary,
    export: Export,
    options: Mapping[str, str | None],
) -> dict[str, Any]:
    """What import.json says of an import; nothing in it depends on the machine or the clock."""
    place = summary.source
    root = place if place.is_dir() else place.parent
    return {
        "system": system.name,
        "title": system.title,
        "layout": export.layout,
        "options": dict(options),
        "settings": _plain(system.settings),
        "from": {
            name: [path.relative_to(root).as_posix() for path in paths]
            for name, paths in sorted(export.files.items())
        },
        "rows_in": summary.rows_in,
        "rows_out": summary.rows_out,
        "rows_left_out": summary.rows_left_out,
        "losses": [loss.as_json() for loss in summary.losses],
        "notes": list(summary.notes),
    }
