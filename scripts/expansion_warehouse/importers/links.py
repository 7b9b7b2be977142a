"""Account ids of several systems meet: `account_links` says which id of a system is which account.

Only by stated key: nothing is matched by name. The link that holds last counts; two of one day that
contradict each other link nothing. What is not linked keeps its id and is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files import FileOptions, find_files, open_files
from expansion_warehouse.importers.losses import Loss, keys_of, money_of, worth
from expansion_warehouse.raw.headers import folded
from expansion_warehouse.raw.listing import LINKS

_COLUMNS = ("system", "foreign_id", "account_id")
_ACCOUNTS = (
    "account_id",
    "parent_account_id",
    "merged_into_account_id",
    "end_customer_account_id",
)


def find_links(raw: Path) -> Path | None:
    """The links that lie in a raw folder."""
    found = find_files(raw, (f"{LINKS}.csv", f"{LINKS}.parquet")) if raw.is_dir() else ()
    return found[0] if found else None


def open_links(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: Sequence[str],
    scratch: Path,
    linked_id: str = "foreign_id",
) -> bool:
    """Make the links of an import, which go by the first of its names that the file knows.

    `linked_id` is SQL that spells a `foreign_id` as the import does. Returns whether there are any.
    Raises BadInput for a file that has not the columns of links.
    """
    opened = open_files(con, "export._links", [path], FileOptions(), scratch)
    actual = {folded(column): column for column in opened.columns}
    absent = [column for column in _COLUMNS if column not in actual]
    if absent:
        raise BadInput(f"{shown(path)} lacks the column {', '.join(absent)}")
    texts = {name: f"trim(cast({quoted(actual[name])} as varchar))" for name in actual}
    since = f"as_day({texts['valid_from']})" if "valid_from" in texts else "''"
    con.execute(
        "create table _stated as select "
        f"{texts['system']} as system, {texts['foreign_id']} as foreign_id, "
        f"{texts['account_id']} as account_id, coalesce({since}, '') as valid_from "
        "from export._links"
    )
    known = {str(row[0]) for row in con.execute("select distinct system from _stated").fetchall()}
    name = next((name for name in names if name in known), None)
    con.execute(
        f"create table _linked as with stated as (select * replace ({linked_id} as foreign_id) "
        f"from _stated where system = {literal(name or '')}) "
        "select foreign_id, min(account_id) as account_id, "
        "count(distinct account_id) > 1 as is_contradictory "
        "from (select *, max(valid_from) over (partition by foreign_id) as latest from stated "
        "where foreign_id <> '' and account_id <> '') "
        "where valid_from = latest group by foreign_id"
    )
    con.execute("create table _used (foreign_id varchar)")
    return name is not None


def unused_links(con: duckdb.DuckDBPyConnection) -> list[Loss]:
    """One loss for all links of an import whose id stands in none of its tables."""
    every = int(con.execute("select count(*) from _linked").fetchall()[0][0])
    rows = "_linked where foreign_id not in (select foreign_id from _used)"
    count = int(con.execute(f"select count(*) from {rows}").fetchall()[0][0])
    if not count:
        return []
    why = "links of ids that nothing in the export has"
    return [Loss("unused_links", LINKS, why, count, every, {}, keys_of(con, rows, "foreign_id"))]


def link_accounts(
    con: duckdb.DuckDBPyConnection, staged: str, table: str, columns: Sequence[str]
) -> list[Loss]:
    """Write the linked account ids into a staged table; returns what stays unlinked, by column."""
    losses: list[Loss] = []
    for column in _ACCOUNTS:
        if column in columns:
            # Before the first column is written: a row is told by its own id.
            losses += _unlinked(con, staged, table, column, columns)
            con.execute(
                f"insert into _used select distinct {column} from {staged} "
                f"where {column} in (select foreign_id from _linked)"
            )
    for column in _ACCOUNTS:
        if column in columns:
            con.execute(
                f"update {staged} set {column} = linked.account_id from _linked as linked "
                f"where {staged}.{column} = linked.foreign_id and not linked.is_contradictory"
            )
    return losses


def _unlinked(
    con: duckdb.DuckDBPyConnection, staged: str, table: str, column: str, columns: Sequence[str]
) -> list[Loss]:
    amount = worth(table, {name: name for name in columns}) if column == "account_id" else None
    currency = "currency" if "currency" in columns else None
    every = int(con.execute(f"select count(*) from {staged}").fetchall()[0][0])
    losses = []
    for condition, why in (
        (f"{column} not in (select foreign_id from _linked)", "without a link, kept as written"),
        (
            f"{column} in (select foreign_id from _linked where is_contradictory)",
            "with two links of one day, kept as written",
        ),
    ):
        rows = f"{staged} where {column} is not null and {condition}"
        count, ids = con.execute(
            f"select count(*), count(distinct {column}) from {rows}"
        ).fetchall()[0]
        if count:
            many = "1 account id" if ids == 1 else f"{ids:,} account ids"
            money, unread = money_of(con, rows, amount, currency)
            keys = keys_of(con, rows, column)
            what = f"{table}.{column}"
            said = f"{many} {why}"
            losses.append(Loss("unlinked", what, said, count, every, money, keys, unread))
    return losses
