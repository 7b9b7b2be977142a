"""A cell of a published mart: which mart, column and row somebody means, or what comes nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import duckdb

from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.errors import BadInput
from expansion_warehouse.explain.claims import CLAIMS, USUAL

_SHOWN = 5
_NEWEST = ("month", "period")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One value of a published mart, with its row; `key` names the row."""

    mart: str
    column: str
    key: Mapping[str, Any]
    row: Row

    @property
    def value(self) -> Any:
        """What is published."""
        return self.row[self.column]

    @property
    def month(self) -> str:
        """Its month, of a period the last one, as `YYYY-MM`."""
        return str(self.row.get("month", self.row.get("last_month")))[:7]


def columns_of(con: duckdb.DuckDBPyConnection, mart: str) -> dict[str, tuple[str, str]]:
    """Columns of a mart with type and description; none where there is no such mart."""
    found = con.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where table_name = ? and schema_name = 'main' order by column_index",
        [mart],
    ).fetchall()
    return {name: (kind, text) for name, kind, text in found}


def parse_cell(text: str) -> tuple[str, str]:
    """Mart and column of `mart.column`. Raises BadInput for anything else."""
    mart, dot, column = text.strip().partition(".")
    if not (mart and dot and column):
        raise BadInput(f"{text!r} is no cell: write MART.COLUMN, e.g. kpi_nrr.nrr")
    return mart, column


def parse_key(texts: Sequence[str]) -> dict[str, str]:
    """What `--at NAME=VALUE` says. Raises BadInput where there is no `=`."""
    key = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"--at is NAME=VALUE, not {text!r}, e.g. --at month=2026-06")
        key[name.strip()] = value.strip()
    return key


def require_mart(con: duckdb.DuckDBPyConnection, mart: str) -> None:
    """Raise BadInput, with what comes nearest, unless the run has the mart."""
    if not columns_of(con, mart):
        marts = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'main'"
        ).fetchall()
        nearest = _nearest(mart, [name for (name,) in marts])
        raise BadInput(f"this run has no mart {mart!r} (nearest: {nearest})")


def require_column(con: duckdb.DuckDBPyConnection, mart: str, column: str) -> None:
    """Raise BadInput, with what comes nearest, unless the run has the mart and the column."""
    require_mart(con, mart)
    columns = columns_of(con, mart)
    if column not in columns:
        raise BadInput(f"{mart} has no column {column!r} (nearest: {_nearest(column, columns)})")


def find_cell(
    con: duckdb.DuckDBPyConnection, mart: str, column: str, said: Mapping[str, str]
) -> Cell:
    """The cell of the row that `said` names, with what is usual for the rest of the key.

    Raises BadInput where a name is no part of the key, a part has no value, or no row has them.
    """
    wanted = CLAIMS[mart].key
    for name in said:
        if name not in wanted:
            raise BadInput(f"{name!r} is no key of {mart} (its key: {', '.join(wanted)})")
    where: list[str] = []
    for name in sorted(wanted, key=lambda part: part in _NEWEST):
        value = _value(con, mart, name, said, where)
        where.append(f"cast({quoted(name)} as varchar) = {literal(value)}")
        if con.execute(_exists(mart, where)).fetchone() is None:
            choices = _choices(con, mart, name, where[:-1])
            raise BadInput(
                f"{mart} has no row with {name} {value!r} (nearest: "
                f"{_nearest_day(value, choices) or _nearest(value, choices)})"
            )
    found = con.execute(f"from {quoted(mart)} where {' and '.join(where)}")
    names = [column[0] for column in found.description or []]
    row = dict(zip(names, found.fetchone() or (), strict=True))
    return Cell(mart, column, {name: row[name] for name in wanted}, row)


def _value(
    con: duckdb.DuckDBPyConnection,
    mart: str,
    name: str,
    said: Mapping[str, str],
    where: Sequence[str],
) -> str:
    if name in said:
        value = said[name]
        return f"{value}-01" if name in _NEWEST and len(value) == len("2026-06") else value
    if name in _NEWEST:
        newest = con.execute(f"select max({name}) from ({_exists(mart, where)})").fetchone()
        return str(newest[0]) if newest and newest[0] else ""
    usual = {**USUAL, **CLAIMS[mart].usual}
    if name in usual and not (name == "segment" and said.get("segment_type", "all") != "all"):
        return usual[name]
    choices = _choices(con, mart, name, where)
    some = ", ".join(choices[:_SHOWN]) + (", …" if len(choices) > _SHOWN else "")
    raise BadInput(f"which {name} of {mart}? say --at {name}=… (one of: {some})")


def _exists(mart: str, where: Sequence[str]) -> str:
    return f"from {quoted(mart)} where {' and '.join(where) or 'true'}"


def _choices(
    con: duckdb.DuckDBPyConnection, mart: str, name: str, where: Sequence[str]
) -> list[str]:
    found = con.execute(
        f"select distinct cast({quoted(name)} as varchar) from ({_exists(mart, where)}) order by 1"
    ).fetchall()
    return [str(value) for (value,) in found]


def _nearest(text: str, known: Sequence[str] | Mapping[str, object]) -> str:
    names = sorted(known)
    found = get_close_matches(text, names, _SHOWN, 0.4) or names[:_SHOWN]
    return ", ".join(found) or "none"


def _nearest_day(text: str, known: Sequence[str]) -> str:
    """The days that lie nearest, nothing where these are no days."""
    try:
        day = date.fromisoformat(text)
        near = sorted(known, key=lambda one: (abs(date.fromisoformat(one) - day), one))
    except ValueError:
        return ""
    return ", ".join(near[:_SHOWN])
