"""The system `own`: files that are tables of the contract already, made by hand or by a program."""

from __future__ import annotations

from collections.abc import Iterable

from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.importers.system import Source, System
from expansion_warehouse.raw.contract import RawTable

NAME = "own"


def own_system(contract: Iterable[RawTable]) -> System:
    """A system whose sources are the tables of the contract, read as they are."""
    tables = tuple(contract)
    return System(
        name=NAME,
        title="tables in the form of the raw contract",
        sources=tuple(map(_source, tables)),
        selects={table.name: f"select * from source.{quoted(table.name)}" for table in tables},
    )


def _source(table: RawTable) -> Source:
    names = {column.name for column in table.columns}
    return Source(
        table=table.name,
        files=[table.name],
        optional=True,
        columns=[column.name for column in table.columns if column.required],
        optional_columns=[column.name for column in table.columns if not column.required],
        key=quoted(table.key[0]) if table.key else None,
        amount="amount" if "amount" in names else None,
        currency="currency" if "currency" in names else None,
        becomes=table.name,
    )
