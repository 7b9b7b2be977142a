"""`warehouse show`: rows of a published mart, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from expansion_warehouse.commands.monday import marts_to_read, run_to_read
from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.explain.cell import columns_of, require_column, require_mart
from expansion_warehouse.monday.words import json_value

ROWS = 20
_MONTH = len("2026-06")


@dataclass(frozen=True)
class Asked:
    """What is asked of a mart: conditions, columns, order and how many rows."""

    mart: str
    where: Sequence[str] = ()
    columns: str | None = None
    order: str | None = None
    limit: int | None = ROWS


@dataclass(frozen=True)
class Found:
    """Rows of a mart; `total` is how many there are of that kind."""

    columns: list[str]
    kinds: list[str]
    rows: list[tuple[Any, ...]]
    total: int

    def csv(self) -> str:
        """The rows with every digit, for another program."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_written(value) for value in row] for row in self.rows)
        return text.getvalue()

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows by column, for JSON."""
        return [
            {name: json_value(value) for name, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


def _written(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def run_show(places: Places, asked: Asked) -> Found:
    """Rows of a mart of the published run. Raises BadInput where it has no such mart or column."""
    with _marts(places) as con:
        require_mart(con, asked.mart)
        known = columns_of(con, asked.mart)
        columns = _columns(con, asked)
        where = " and ".join(_condition(con, asked.mart, text) for text in asked.where) or "true"
        order = _order(con, asked)
        limit = "" if asked.limit is None else f" limit {asked.limit}"
        listed = ", ".join(quoted(column) for column in columns)
        table = f"from {quoted(asked.mart)} where {where}"
        rows = con.execute(f"select {listed} {table} order by {order}{limit}").fetchall()
        total = con.execute(f"select count(*) {table}").fetchone()
    kinds = [known[column][0] for column in columns]
    return Found(columns, kinds, rows, int(total[0]) if total else 0)


def list_shown(places: Places) -> list[dict[str, Any]]:
    """Every mart of the published run with its rows and what it is."""
    with _marts(places) as con:
        found = con.execute(
            "select table_name, estimated_size, coalesce(comment, '') "
            "from duckdb_tables() where schema_name = 'main' order by table_name"
        ).fetchall()
    return [{"mart": name, "rows": rows, "description": text} for name, rows, text in found]


@contextmanager
def _marts(places: Places) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        marts_to_read(run_to_read(places)) as marts,
        duckdb.connect(str(marts), read_only=True) as con,
    ):
        yield con


def _columns(con: duckdb.DuckDBPyConnection, asked: Asked) -> list[str]:
    if asked.columns is None:
        return list(columns_of(con, asked.mart))
    columns = [name.strip() for name in asked.columns.split(",") if name.strip()]
    for column in columns:
        require_column(con, asked.mart, column)
    if not columns:
        raise BadInput("--columns names no column, e.g. --columns month,nrr,grr")
    return columns


def _condition(con: duckdb.DuckDBPyConnection, mart: str, text: str) -> str:
    """A condition `NAME=VALUE`; an empty value is one that is missing, a month may be 2026-06."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise BadInput(f"a condition is NAME=VALUE, not {text!r}, e.g. month=2026-06")
    require_column(con, mart, name)
    if not value:
        return f"{quoted(name)} is null"
    kind = columns_of(con, mart)[name][0]
    meant = f"{value}-01" if kind == "DATE" and len(value) == _MONTH else value
    try:
        con.execute(f"select cast({literal(meant)} as {kind})")
    except duckdb.ConversionException:
        raise BadInput(f"{value!r} is no value of {mart}.{name} ({kind.lower()})") from None
    return f"{quoted(name)} = cast({literal(meant)} as {kind})"


def _order(con: duckdb.DuckDBPyConnection, asked: Asked) -> str:
    """The order asked for, then that of all columns, so that it is always the same."""
    if asked.order is None:
        return "all"
    name = asked.order.removeprefix("-")
    require_column(con, asked.mart, name)
    direction = "desc" if asked.order.startswith("-") else "asc"
    others = [quoted(column) for column in columns_of(con, asked.mart) if column != name]
    return ", ".join([f"{quoted(name)} {direction} nulls last", *others])
