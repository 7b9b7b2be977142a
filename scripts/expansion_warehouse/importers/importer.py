"""`warehouse import`: another system's export becomes a part of a raw folder of the contract.

A system says what to expect and has one select per contract table that it can fill (`system.py`).
This module runs the selects, proves that no source row vanished, and moves the finished files into
place (`place.py`). It knows no system by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import literal
from expansion_warehouse.environment import find_places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.importers.losses import Loss
from expansion_warehouse.importers.opening import (
    Export,
    choose_layout,
    count,
    described_losses,
    find_sources,
    open_export,
    tables_read,
    unread_files,
)
from expansion_warehouse.importers.place import (
    beside,
    checked_name,
    exchange,
    only_import,
    refuse_target,
    settings_text,
)
from expansion_warehouse.importers.system import (
    IMPORTERS,
    Source,
    System,
    checked,
    list_systems,
    read_system,
)
from expansion_warehouse.importers.typed import stage_table, write_table
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

    `name` is that of its files, else the system's; `options` are those of the system as text;
    `layout` chooses one of several; `settings` replaces the system's own.
    """

    name: str | None = None
    options: Mapping[str, str | None] | None = None
    layout: str | None = None


def run_import(
    system: str,
    source: Path,
    target: Path,
    importers: Path = IMPORTERS,
    options: ImportOptions | None = None,
) -> ImportSummary:
    """Read a system by its name and import an export of it; see `import_system`."""
    return import_system(read_system(system, importers), source, target, options)


def import_system(
    system: System, source: Path, target: Path, options: ImportOptions | None = None
) -> ImportSummary:
    """Turn the export in `source` into a part of the raw folder `target`.

    The same rows give the same bytes. Only files of an earlier import of the same name are
    replaced; on any error the folder stays as it was. Raises BadInput, with one line, for
    everything that can be wrong.
    """
    told = options or ImportOptions()
    try:
        return _import(checked(system), source, target, told)
    except OSError as error:
        raise BadInput(f"import {system.name}: {reason(error)}") from error


def _import(system: System, source: Path, target: Path, told: ImportOptions) -> ImportSummary:
    started = perf_counter()
    name = checked_name(told.name or system.name)
    place = target.resolve()
    refuse_target(place, name, system.name, ())
    _require_files(system, source, told.layout)
    contract = {table.name: table for table in read_contract(find_places(None, None).project)}
    with beside(place) as scratch, import_connection(scratch) as con:
        _set_options(con, system, told.options or {})
        export = open_export(con, system, source, told.layout, scratch)
        own, layout_own = described_losses(con, system, export)
        made, rows_out = _write_tables(con, system, export, contract, scratch, name)
        _prove_layout(system, export, layout_own)
        _prove_rows(system.name, system.sources, export.rows, own, rows_out)
        losses = [*own, *layout_own, *export.losses, *unread_files(source, export)]
        refuse_target(place, name, system.name, _tables(made))
        summary = ImportSummary(
            system=system.name,
            name=name,
            layout=export.layout,
            source=source,
            target=target,
            rows_in={**export.read, **export.rows},
            rows_out=rows_out,
            rows_left_out=_rows_lost([*own, *layout_own]),
            losses=tuple(losses),
            notes=tuple(export.notes),
            seconds=perf_counter() - started,
        )
        with only_import(place):
            refuse_target(place, name, system.name, _tables(made))
            settings = settings_text(place, name, _plain(system.settings), system.title)
            exchange(place, scratch, name, _entry(system, summary, export), made, settings)
    return summary


def _tables(made: Mapping[str, Path]) -> list[str]:
    return [file.partition("/")[0] for file in made]


def _require_files(system: System, source: Path, layout: str | None) -> None:
    """BadInput where the export lacks files, before anything is made."""
    if system.layouts:
        choose_layout(system, source, layout)
        return
    if layout is not None:
        raise BadInput(f"{system.name} has no layout '{layout}': it has no layouts")
    _, lacking = find_sources(source, system.sources)
    if lacking:
        raise BadInput(f"{source} lacks {', '.join(lacking)}")


def _set_options(
    con: duckdb.DuckDBPyConnection, system: System, told: Mapping[str, str | None]
) -> None:
    for name in told:
        if name not in system.options:
            known = ", ".join(system.options) or "none"
            raise BadInput(f"{system.name} has no option '{name}'; known: {known}")
    for name, option in system.options.items():
        value = told.get(name, option.default)
        text = str(value).lower() if isinstance(value, bool) else value
        con.execute(f"set variable {name} = {'null' if text is None else literal(text)}")


def _write_tables(
    con: duckdb.DuckDBPyConnection,
    system: System,
    export: Export,
    contract: Mapping[str, RawTable],
    scratch: Path,
    name: str,
) -> tuple[dict[str, Path], dict[str, int]]:
    """One Parquet file per select, by its path within the raw folder, and its rows.

    A table without rows is written unless nothing that it is made of is in the export.
    """
    con.execute("create schema staged")
    made: dict[str, Path] = {}
    rows: dict[str, int] = {}
    for table, select in system.selects.items():
        label = f"{system.name}/{table}.sql"
        staged = stage_table(con, label, table, select, contract)
        found = count(con, staged, label)
        reads = tables_read(select)
        rows[table] = found
        if found or not reads or reads & export.rows.keys():
            path = scratch / f"{table}.parquet"
            write_table(con, staged, contract[table], path)
            made[f"{table}/{name}.parquet"] = path
        con.execute(f"drop table {staged}")
    return made, rows


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


def _entry(system: System, summary: ImportSummary, export: Export) -> dict[str, Any]:
    """What import.json says of an import; nothing in it depends on the machine or the clock."""
    place = summary.source.resolve()
    root = place if place.is_dir() else place.parent
    return {
        "system": system.name,
        "title": system.title,
        "layout": export.layout,
        "settings": _plain(system.settings),
        "from": {
            name: [path.resolve().relative_to(root).as_posix() for path in paths]
            for name, paths in sorted(export.files.items())
        },
        "rows_in": summary.rows_in,
        "rows_out": summary.rows_out,
        "rows_left_out": summary.rows_left_out,
        "losses": [loss.as_json() for loss in summary.losses],
        "notes": list(summary.notes),
    }
