"""A mapping file: any export with a header, written down once, column by column.

`read_mapping` checks the file against the raw contract and makes a system of it in memory, so that
the engine, its proofs and its losses are those of every other system (`mapping_sql.py` writes the
selects). The words of a mapping are documented in docs/systems/csv.md.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from expansion_warehouse.documents import read_yaml, validated
from expansion_warehouse.environment import find_places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.mapping_sql import compile_entries
from expansion_warehouse.importers.mapping_words import Column, Entry, MappingText
from expansion_warehouse.importers.system import System, checked, checked_settings
from expansion_warehouse.raw.contract import RawColumn, RawTable, read_contract


def read_mapping(path: Path, name: str = "csv") -> System:
    """A mapping file as a system of that name.

    Raises BadInput, with one line, for everything that can be wrong in the file.
    """
    label = shown(path)
    if not path.is_file():
        raise BadInput(f"mapping {label} does not exist")
    text = validated(MappingText, read_yaml(path), label)
    contract = {table.name: table for table in read_contract(find_places(None, None).project)}
    for entry in text.entries:
        _check_entry(entry, contract, label)
    made = compile_entries(text.entries, text.not_used, contract)
    return checked(
        System(
            name=name,
            title=" ".join(text.title.split()),
            settings=checked_settings(text.settings, f"{label}, settings"),
            **made,
        )
    )


def _check_entry(entry: Entry, contract: dict[str, RawTable], label: str) -> None:
    """Every name of the contract in an entry must exist there, and what a table needs be filled."""
    table = contract.get(entry.table)
    if table is None:
        raise BadInput(
            f"{label}: {entry.table} is no table of the contract{_hint(entry.table, contract)}"
        )
    known = {column.name: column for column in table.columns}
    for name in [*entry.columns, *entry.distinct]:
        if name not in known:
            raise BadInput(f"{label}: {entry.table} has no column {name}{_hint(name, known)}")
    for name in entry.distinct:
        if name not in entry.columns:
            raise BadInput(f"{label}: {entry.table} is distinct by {name}, which it does not fill")
    for needed in (column.name for column in table.columns if column.required):
        if needed not in entry.columns:
            raise BadInput(f"{label}: {entry.table} needs the column {needed}")
    for name, column in entry.columns.items():
        _check_values(column, known[name].values, f"{label}: {entry.table}.{name}")
        _check_words(column, known[name], f"{label}: {entry.table}.{name}")


def _check_values(column: Column, allowed: tuple[str, ...], label: str) -> None:
    """What a mapping writes itself must be a value that the contract allows."""
    stated = [*column.codes.values(), column.value, column.other, column.default]
    for value in stated:
        if allowed and value is not None and value not in allowed:
            raise BadInput(f"{label}: {value!r} is none of {', '.join(allowed)}")


def _check_words(column: Column, known: RawColumn, label: str) -> None:
    """A word must do something to what its column holds."""
    if column.shift is not None and known.data_type != "date":
        raise BadInput(f"{label}: shift moves days, and this column is {known.data_type}")
    if (column.unit or column.per) and not known.is_number:
        raise BadInput(
            f"{label}: unit and per are for numbers, and this column is {known.data_type}"
        )


def _hint(name: str, known: Any) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
