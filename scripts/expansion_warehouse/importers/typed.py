"""The select of a contract table, run: columns in the contract's type where every value fits."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.contract import RawTable

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# What needs no interpretation. A moment with an offset stays text: typed, it would be read as one
# by the clocks of the source as soon as another part of its table has moments without an offset.
_CANONICAL = {
    "date": _DAY,
    "timestamp": f"{_DAY}([T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([.][0-9]{{1,6}})?)?",
    "boolean": "(?i:true|false)",
    "integer": "-?[0-9]+",
}


def stage_table(
    con: duckdb.DuckDBPyConnection,
    label: str,
    table: str,
    select: str,
    contract: Mapping[str, RawTable],
) -> str:
    """Run the select of a contract table into a table of the schema `staged`; returns its name.

    Raises BadInput where the select fails, or names what the contract does not have.
    """
    known = contract.get(table)
    if known is None:
        raise BadInput(f"{label} is no table of the contract{_hint(table, contract)}")
    staged = f"staged.{quoted(table)}"
    try:
        # The line break keeps a closing comment of the file from swallowing the bracket.
        con.execute(f"create table {staged} as select * from ({select}\n)")
        found = [(str(row[0]), str(row[1])) for row in con.execute(f"describe {staged}").fetchall()]
        _check_columns(label, known, [name for name, _ in found])
        texts = [
            name for name, kind in found if kind.lower() not in ("varchar", _type(known, name))
        ]
        if texts:
            changed = ", ".join(
                f"cast({quoted(name)} as varchar) as {quoted(name)}" for name in texts
            )
            con.execute(f"create table staged._text as select * replace ({changed}) from {staged}")
            con.execute(f"drop table {staged}")
            con.execute(f"alter table staged._text rename to {quoted(table)}")
    except duckdb.Error as error:
        raise BadInput(f"{label}: {reason(error)}") from error
    return staged


def write_table(con: duckdb.DuckDBPyConnection, staged: str, known: RawTable, path: Path) -> None:
    """Write a staged table as Parquet, its rows in one order whatever the order they came in."""
    found = [(str(row[0]), str(row[1])) for row in con.execute(f"describe {staged}").fetchall()]
    texts = {name: _type(known, name) for name, kind in found if kind == "VARCHAR"}
    fits = _fitting(con, staged, {name: kind for name, kind in texts.items() if kind != "varchar"})
    listed = ", ".join(
        f"cast({quoted(name)} as {fits[name]}) as {quoted(name)}" if name in fits else quoted(name)
        for name, _ in found
    )
    con.execute(
        f"copy (select {listed} from {staged} order by all) to {literal(path)} "
        "(format parquet, compression zstd)"
    )


def _fitting(
    con: duckdb.DuckDBPyConnection, staged: str, typed: Mapping[str, str]
) -> dict[str, str]:
    """The columns of text in which every value is one of the type."""
    if not typed:
        return {}
    asked = ", ".join(f"bool_and({is_canonical(name, kind)})" for name, kind in typed.items())
    answers = con.execute(f"select {asked} from {staged}").fetchall()[0]
    # Without rows there is nothing that does not fit.
    return {
        name: typed[name] for name, fits in zip(typed, answers, strict=True) if fits is not False
    }


def _type(known: RawTable, name: str) -> str:
    column = known.column(name)
    return column.data_type if column else "varchar"


def is_canonical(name: str, kind: str) -> str:
    """An SQL condition: a text is a value of a type without interpretation, and loses nothing."""
    column = quoted(name)
    if kind.startswith("decimal"):
        scale = int(kind.rstrip(")").partition(",")[2])
        pattern = f"-?[0-9]+([.][0-9]{{0,{scale}}}0*)?"
    else:
        pattern = _CANONICAL[kind]
    return (
        f"coalesce({column} is null or (regexp_full_match({column}, '{pattern}') "
        f"and try_cast({column} as {kind}) is not null), false)"
    )


def _check_columns(label: str, known: RawTable, found: list[str]) -> None:
    names = [column.name for column in known.columns]
    for name in found:
        if name not in names:
            raise BadInput(f"{label}: {name} is no column of {known.name}{_hint(name, names)}")
    for column in known.columns:
        if column.required and column.name not in found:
            raise BadInput(f"{label} lacks the column {column.name}, which {known.name} needs")


def _hint(name: str, known: object) -> str:
    close = get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]
    return f" (did you mean {close[0]}?)" if close else ""
