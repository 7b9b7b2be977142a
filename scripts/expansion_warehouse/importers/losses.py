"""What an export holds that has no place in the contract: typed, counted, with money, by key."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.options import Option
from expansion_warehouse.importers.system import LeftOut, Source
from expansion_warehouse.printable import printable_line

Kind = Literal[
    "incomplete",
    "rows",
    "column",
    "unknown_columns",
    "file",
    "unlinked",
    "unused_links",
    "overruled",
]
KEYS = 20
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Loss:
    """One thing that was left out: `rows` is None where it is no matter of rows.

    `money` sums the amounts of the rows by currency, as text, without the `unread` ones that cannot
    be read; `keys` names the first of the rows (or the first columns, or files).
    """

    kind: Kind
    what: str
    reason: str
    rows: int | None = None
    of: int | None = None
    money: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    unread: int = 0

    def as_json(self) -> dict[str, Any]:
        """The entry of import.json."""
        return {**asdict(self), "keys": list(self.keys)}

    @property
    def words(self) -> str:
        """The reason with its counts and money, for a person."""
        said = [] if self.rows is None else [f"{self.rows:,} of {self.of:,} rows"]
        said += [f"{amount} {currency}" for currency, amount in self.money.items()]
        if self.unread:
            said.append(f"{self.unread:,} amount{'s' * (self.unread > 1)} that cannot be read")
        return f"{', '.join(said)}: {self.reason}" if said else self.reason


def losses_of(
    con: duckdb.DuckDBPyConnection,
    label: str,
    schema: str,
    *,
    sources: Iterable[Source],
    left_out: Iterable[LeftOut],
    rows_in: Mapping[str, int],
) -> list[Loss]:
    """The losses that a description states, for the sources that are there (those of `rows_in`)."""
    known = {source.name: source for source in sources}
    found = []
    for entry in left_out:
        if entry.table not in rows_in:
            continue
        if entry.column:
            if entry.column in _columns(con, schema, entry.table):
                found.append(Loss("column", entry.what, entry.reason))
        else:
            source = known[entry.table]
            try:
                found.append(_rows_lost(con, schema, source, entry, rows_in[entry.table]))
            except duckdb.Error as error:
                raise BadInput(f"{label}, {entry.what}: {reason(error)}") from error
    return found


def _columns(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> set[str]:
    """Columns that the export itself has."""
    rows = con.execute(
        "select column_name from _present where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return {str(row[0]) for row in rows}


def _rows_lost(
    con: duckdb.DuckDBPyConnection, schema: str, source: Source, entry: LeftOut, rows_in: int
) -> Loss:
    lost = f"{schema}.{quoted(source.name)} where {entry.where or 'true'}"
    count = int(con.execute(f"select count(*) from {lost}").fetchall()[0][0])
    if not count:
        return Loss("rows", entry.what, entry.reason, count, rows_in)
    money, unread = money_of(con, lost, source.amount, source.currency)
    keys = keys_of(con, lost, source.key)
    return Loss("rows", entry.what, entry.reason, count, rows_in, money, keys, unread)


def worth(table: str, columns: Mapping[str, str]) -> str | None:
    """The amount of a row of the contract, as SQL, by the SQL of its columns; None: it has none."""
    if table != "contract_lines":
        named = (columns[name] for name in ("amount", "proposed_mrr") if name in columns)
        return next(named, None)
    given = {name: columns.get(name, "null") for name in ("amount", "quantity", "unit_price")}
    texts = {name: f"cast({sql} as varchar)" for name, sql in given.items()}
    price = f"as_amount({texts['unit_price']}, {columns.get('currency', 'null')})"
    return f"coalesce({texts['amount']}, times(coalesce({texts['quantity']}, '1'), {price}))"


def money_of(
    con: duckdb.DuckDBPyConnection, rows: str, amount: str | None, currency: str | None
) -> tuple[dict[str, str], int]:
    """The sum of an amount by currency over the rows of a table expression; how many are unread."""
    if amount is None:
        return {}, 0
    named = f"coalesce(upper(trim(cast({currency} as varchar))), '{UNKNOWN}')" if currency else "''"
    found = con.execute(
        "select currency, sum(amount), count(written) - count(amount) from ("
        f"select {named} as currency, cast({amount} as varchar) as written, "
        f"try_cast(as_amount({amount}, {named}) as decimal(38, 12)) as amount "
        f"from {rows}) group by 1 order by 1"
    ).fetchall()
    sums = {str(code or UNKNOWN): money_text(sum_) for code, sum_, _ in found if sum_ is not None}
    return sums, sum(int(unread) for *_, unread in found)


def money_text(amount: Decimal) -> str:
    """An amount with two decimals, more where it has more."""
    text = format(amount.normalize(), "f")
    whole, _, part = text.partition(".")
    return f"{whole}.{part:0<2}"


def keys_of(con: duckdb.DuckDBPyConnection, rows: str, key: str | None) -> tuple[str, ...]:
    """The first keys of the rows of a table expression."""
    if key is None:
        return ()
    found = con.execute(
        f"select distinct cast({key} as varchar) as key from {rows} order by key limit {KEYS}"
    ).fetchall()
    return tuple(str(row[0]) for row in found)


def pages_lacking(table: str, lacking: Mapping[Path, str]) -> list[Loss]:
    """One loss for pages which say that more follow, where none says that it is the last."""
    if not lacking:
        return []
    path, key = next(iter(lacking.items()))
    others = f" and {len(lacking) - 1} more files say" if len(lacking) > 1 else " says"
    why = (
        f"{printable_line(path.name)}{others} that there are further pages ({key}), and the last "
        "one is not here: export all pages"
    )
    return [Loss("incomplete", table, why, keys=tuple(path.name for path in lacking)[:KEYS])]


def lists_cut_off(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    source: Source,
    columns: Container[str],
    present: Container[str],
) -> list[Loss]:
    """One loss for each column with lists that say they are cut off, their rest not being there."""
    found = []
    for column, rest in source.rest.items():
        if column not in columns or rest in present:
            continue
        text = f"cast({quoted(column)} as varchar)"
        cut = f"{relation} where try(json_extract_string({text}, '$.has_more')) = 'true'"
        count, every = (
            int(con.execute(f"select count(*) from {rows}").fetchall()[0][0])
            for rows in (cut, relation)
        )
        if count:
            why = f"the list ends before its end (has_more): export the rest as {rest}"
            what = f"{source.name}.{column}"
            found.append(
                Loss("incomplete", what, why, count, every, {}, keys_of(con, cut, source.key))
            )
    return found


def unknown_columns(table: str, columns: Iterable[str]) -> list[Loss]:
    """One loss for all columns of a table that a system does not know."""
    names = tuple(columns)
    if not names:
        return []
    said = ", ".join(names[:KEYS]) + (f" and {len(names) - KEYS} more" if len(names) > KEYS else "")
    many = "1 column" if len(names) == 1 else f"{len(names)} columns"
    why = f"{many} that this importer does not know: {said}"
    return [Loss("unknown_columns", table, why, keys=names[:KEYS])]


def fields_not_found(
    con: duckdb.DuckDBPyConnection, options: Mapping[str, Option], values: Mapping[str, str | None]
) -> list[Loss]:
    """One loss for each option that names a column which no table of the export has."""
    found = []
    for name, option in options.items():
        field = values[name] if option.kind == "field" else None
        known = "select count(*) from _present where column_name = ?"
        if field and not con.execute(known, [field]).fetchall()[0][0]:
            why = f"no table of the export has the column {printable_line(field)}"
            found.append(Loss("column", f"option {name}", why))
    return found
