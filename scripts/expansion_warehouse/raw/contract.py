"""The raw contract as the dbt sources file states it: tables, columns, types, what is required."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expansion_warehouse.documents import read_yaml
from expansion_warehouse.errors import BadInput

_SOURCES = Path("models") / "staging" / "_sources.yml"
_SOURCE = "raw"


@dataclass(frozen=True)
class RawColumn:
    """A column of the contract; `values` are the only ones allowed, empty for any.

    `span` is the lowest and the highest believable value, None where a side is open or there is no
    such limit. A far day in a column that `ends` something says that it does not end. Where copies
    of a row differ in a column in which `yes_wins`, one yes is enough. A number that `is_bare` is a
    count or a share: no mark of a currency stands beside it.
    """

    name: str
    data_type: str
    required: bool
    values: tuple[str, ...]
    span: tuple[float | None, float | None] = (None, None)
    ends: bool = False
    yes_wins: bool = False
    is_bare: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.data_type.startswith(("decimal", "integer"))


@dataclass(frozen=True)
class RawTable:
    """A table of the contract; a streamed one may be too large to be read twice.

    A required table must have rows unless it `may_be_empty`. Rows are versions of one thing where
    they agree in `key`; those that also agree in `versions` are copies.
    """

    name: str
    required: bool
    columns: tuple[RawColumn, ...]
    streamed: bool = False
    may_be_empty: bool = False
    key: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()

    def column(self, name: str) -> RawColumn | None:
        """The column of that name, None where the contract has none."""
        return next((column for column in self.columns if column.name == name), None)


def read_contract(project: Path) -> tuple[RawTable, ...]:
    """Every table of the contract, in the order of the file.

    Raises BadInput where the project states no contract.
    """
    path = project / _SOURCES
    if not path.is_file():
        raise BadInput(f"the dbt project has no {_SOURCES}")
    for source in read_yaml(path).get("sources") or []:
        if source["name"] == _SOURCE:
            return tuple(_table(entry) for entry in source.get("tables") or [])
    raise BadInput(f"{_SOURCES} has no source named {_SOURCE!r}")


def _table(entry: dict[str, Any]) -> RawTable:
    return RawTable(
        name=entry["name"],
        required=bool(_meta(entry).get("required")),
        columns=tuple(_column(column) for column in entry.get("columns") or []),
        streamed=bool(_meta(entry).get("streamed")),
        may_be_empty=bool(_meta(entry).get("may_be_empty")),
        key=tuple(_meta(entry).get("key") or ()),
        versions=(*(_meta(entry).get("layered_by") or ()), "recorded_at"),
    )


def _column(entry: dict[str, Any]) -> RawColumn:
    meta = _meta(entry)
    return RawColumn(
        name=entry["name"],
        data_type=str(entry.get("data_type", "varchar")).lower(),
        required=bool(meta.get("required")),
        values=tuple(str(value) for value in meta.get("values") or ()),
        span=tuple(meta.get("range") or (None, None)),
        ends=bool(meta.get("ends")),
        yes_wins=meta.get("describes") == "yes wins",
        is_bare=bool(meta.get("is_count") or meta.get("is_share")),
    )


def _meta(entry: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = (entry.get("config") or {}).get("meta") or entry.get("meta") or {}
    return meta
