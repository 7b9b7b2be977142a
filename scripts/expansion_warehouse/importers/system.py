"""What a system is: its sources, options and layouts, one select per contract table, what it omits.

A system is a folder (`system.yml` and its SQL) or is made in memory, as a mapping file is; whatever
makes one ends with `checked`, so that a name which stands nowhere cannot hide rows or columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from expansion_warehouse.documents import parse_yaml, validated
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.options import Option, read_options
from expansion_warehouse.settings import Settings

IMPORTERS = Path(__file__).parent
SYSTEM_FILE = "system.yml"
# What may be said of the files of every export, where they do not tell it themselves.
FORM = ("encoding", "delimiter", "sheet", "header_row")
_LAYOUT_FILE = "layout.yml"
_LAYOUTS = "layouts"
_MACROS_FILE = "macros.sql"
_STEPS = "steps"


class Described(BaseModel):
    """A part of `system.yml`; keys that it does not know are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class Source(Described):
    """A table of the export: where its rows are, which columns it has, what becomes of a row.

    Without file names it is a view that a layout provides, or an empty one.
    """

    name: str = Field(alias="table")
    file: str | None = None
    files: list[str] = []
    optional: bool = False
    columns: list[str] = []
    optional_columns: list[str] = []
    # Spellings of the key, of which the export has one.
    one_of: list[str] = []
    open: bool = False
    # Columns with lists that may be cut off, and the source that has the rest of them.
    rest: dict[str, str] = {}
    key: str | None = None
    amount: str | None = None
    currency: str | None = None
    becomes: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of files to try, in order."""
        return ((self.file,) if self.file else ()) + tuple(self.files)

    @property
    def known_columns(self) -> list[str]:
        """Columns that the system knows, required ones first."""
        listed = [*self.columns, *self.one_of, *self.optional_columns]
        return list(dict.fromkeys(listed))


class LeftOut(Described):
    """A table, a column, or (with `where`) the rows of a table that do not fit the contract."""

    what: str
    reason: str
    where: str | None = None

    @property
    def table(self) -> str:
        """The source that it is about."""
        return self.what.partition(".")[0]

    @property
    def column(self) -> str | None:
        """The column that it is about; None where it is about rows."""
        return self.what.partition(".")[2] or None


class _SystemText(Described):
    """The content of a `system.yml`."""

    title: str
    options: dict[str, Option] = {}
    sources: list[Source]
    steps: list[str] = []
    settings: dict[str, Any] = {}
    left_out: list[LeftOut] = []
    # SQL over `foreign_id`: an id of account links as this system's own SQL spells it.
    linked_id: str = "foreign_id"


class _LayoutText(Described):
    """The content of a `layout.yml`."""

    sources: list[Source]
    steps: list[str] = []
    left_out: list[LeftOut] = []


@dataclass(frozen=True)
class Layout:
    """One shape in which a system's data is exported, read into the schema `export`.

    `selects` make the views of the schema `source`, by their names; `steps` are as in System.
    """

    name: str
    sources: tuple[Source, ...]
    selects: dict[str, str]
    left_out: tuple[LeftOut, ...] = ()
    steps: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class System:
    """Everything that an import needs to know; `selects` are keyed by contract table.

    `macros` are statements that make what the system's own SQL calls; `steps` are selects that
    become tables of the schema `step`, in their order.
    """

    name: str
    title: str
    sources: tuple[Source, ...]
    selects: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    options: dict[str, Option] = field(default_factory=dict)
    layouts: tuple[Layout, ...] = ()
    macros: tuple[str, ...] = ()
    steps: dict[str, str] = field(default_factory=dict)
    linked_id: str = "foreign_id"


def list_systems(importers: Path = IMPORTERS) -> list[str]:
    """Names of the systems that can be imported, sorted."""
    return sorted(path.parent.name for path in importers.glob(f"*/{SYSTEM_FILE}"))


def read_system(name: str, *importers: Path) -> System:
    """Read a system from the first folder that has it.

    Raises BadInput with the known systems, or with what is wrong in the folder.
    """
    places = importers or (IMPORTERS,)
    known = sorted({system for place in places for system in list_systems(place)})
    if name not in known:
        raise BadInput(f"unknown system '{name}'; known: {', '.join(known) or 'none'}")
    folder = next(place / name for place in places if name in list_systems(place))
    label = f"{name}/{SYSTEM_FILE}"
    text = validated(_SystemText, parse_yaml(_text(folder / SYSTEM_FILE), label), label)
    layouts = sorted((folder / _LAYOUTS).glob(f"*/{_LAYOUT_FILE}"))
    return checked(
        System(
            name=name,
            title=" ".join(text.title.split()),
            sources=tuple(text.sources),
            selects=_read_selects(folder, name),
            settings=checked_settings(text.settings, f"{label}, settings"),
            left_out=tuple(text.left_out),
            options=text.options,
            layouts=tuple(_read_layout(path.parent, name) for path in layouts),
            macros=_read_macros(folder / _MACROS_FILE, f"{name}/{_MACROS_FILE}"),
            steps=_read_steps(folder, name, text.steps, label),
            linked_id=text.linked_id,
        )
    )


def checked_settings(stated: dict[str, Any], label: str) -> dict[str, Any]:
    """The stated settings as typed values. Raises BadInput for a wrong name or value."""
    company = validated(Settings, stated, label, "setting")
    return {name: getattr(company, name) for name in stated}


def checked(system: System) -> System:
    """The system, if every name in it exists; else BadInput."""
    label = f"{system.name}/{SYSTEM_FILE}"
    if not system.selects:
        raise BadInput(f"{system.name} has no SQL file, so it fills no table of the contract")
    if not system.layouts:
        for source in system.sources:
            if not source.names:
                raise BadInput(f"{label}: {source.name} names no file, and there is no layout")
    read_options(label, system.options, {})
    _check_promises(system.sources, system.selects, label)
    _check_left_out(system.left_out, system.sources, label)
    views = {source.name for source in system.sources}
    for layout in system.layouts:
        place = f"{system.name}/{_LAYOUTS}/{layout.name}/{_LAYOUT_FILE}"
        _check_left_out(layout.left_out, layout.sources, place)
        _check_promises(layout.sources, layout.selects, place)
        for view in layout.selects:
            if view not in views:
                raise BadInput(f"{place}: {view}.sql makes a view that {label} does not declare")
        for source in layout.sources:
            if not source.names:
                raise BadInput(f"{place}: {source.name} names no file")
    return system


def _check_promises(sources: tuple[Source, ...], selects: Mapping[str, str], label: str) -> None:
    for source in sources:
        if source.becomes is not None and source.becomes not in selects:
            raise BadInput(
                f"{label}: {source.name} becomes {source.becomes}, which has no SQL file"
            )


def _check_left_out(left_out: tuple[LeftOut, ...], sources: tuple[Source, ...], label: str) -> None:
    known = {source.name: source for source in sources}
    for entry in left_out:
        source = known.get(entry.table)
        missing = source is None or (
            entry.column and entry.column not in source.known_columns and not source.open
        )
        if missing:
            raise BadInput(f"{label} leaves out {entry.what}, which is not among its sources")
        if entry.column and entry.where:
            raise BadInput(f"{label}: {entry.what} is a column, only tables take `where`")


def _read_layout(folder: Path, system: str) -> Layout:
    label = f"{system}/{_LAYOUTS}/{folder.name}"
    place = f"{label}/{_LAYOUT_FILE}"
    text = validated(_LayoutText, parse_yaml(_text(folder / _LAYOUT_FILE), place), place)
    return Layout(
        name=folder.name,
        sources=tuple(text.sources),
        selects=_read_selects(folder, label),
        left_out=tuple(text.left_out),
        steps=_read_steps(folder, label, text.steps, place),
    )


def _read_selects(folder: Path, label: str) -> dict[str, str]:
    """The SQL files of a folder, by their names without ending."""
    return {
        path.stem: one_select(_text(path), f"{label}/{path.name}")
        for path in sorted(folder.glob("*.sql"))
        if path.name != _MACROS_FILE
    }


def _read_steps(folder: Path, label: str, listed: list[str], place: str) -> dict[str, str]:
    """The steps of a folder in the order that its description lists them; BadInput unless all."""
    found = _read_selects(folder / _STEPS, f"{label}/{_STEPS}")
    for name in found:
        if name not in listed:
            raise BadInput(f"{label}/{_STEPS}/{name}.sql is no step that {place} lists")
    for name in listed:
        if name not in found:
            raise BadInput(f"{place} lists the step {name}, which has no SQL file")
    return {name: found[name] for name in listed}


def _read_macros(path: Path, label: str) -> tuple[str, ...]:
    """The statements of a system's own macros; BadInput unless each makes one."""
    if not path.is_file():
        return ()
    try:
        statements = duckdb.extract_statements(_text(path))
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    for statement in statements:
        if statement.type != duckdb.StatementType.CREATE:
            raise BadInput(f"{label} must hold `create macro` and nothing else")
    return tuple(statement.query for statement in statements)


def one_select(text: str, label: str) -> str:
    """An SQL text without its closing semicolon; BadInput unless it is one select."""
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadInput(f"{label} must hold one select and nothing else")
    return text.rstrip().removesuffix(";")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{path.parent.name}/{path.name} is not UTF-8 text") from None


def in_form(
    system: System, options: Mapping[str, str | None]
) -> tuple[System, dict[str, str | None]]:
    """The system with all of its files in a stated form, and the options that are its own.

    Raises BadInput for a row of the header that is no number.
    """
    stated: dict[str, Any] = {name: options[name] for name in FORM if options.get(name)}
    others = {name: value for name, value in options.items() if name not in stated}
    if not stated:
        return system, others
    if (row := stated.get("header_row")) is not None:
        if not row.isdecimal() or int(row) < 1:
            raise BadInput(f"header_row is the number of a row, not {row!r}")
        stated["header_row"] = int(row)
    return (
        replace(
            system,
            sources=_in_form(system.sources, stated),
            layouts=tuple(
                replace(layout, sources=_in_form(layout.sources, stated))
                for layout in system.layouts
            ),
        ),
        others,
    )


def _in_form(sources: Iterable[Source], stated: dict[str, Any]) -> tuple[Source, ...]:
    return tuple(source.model_copy(update=stated) for source in sources)
