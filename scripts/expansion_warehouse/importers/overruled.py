"""Where two imports describe one thing, the earlier one wins, column by column.

The later one keeps what the earlier one leaves empty. Its rows become copies of the earlier one's
versions, which the warehouse completes: from both it makes one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from expansion_warehouse.engine.sql import literal, quoted, unpatterned
from expansion_warehouse.importers.losses import KEYS, Loss
from expansion_warehouse.importers.opening import columns_of
from expansion_warehouse.raw.contract import RawTable

# What is described, by whoever sells, bills and supports; the other tables record what happened.
SHARED = ("accounts", "products", "plans")


def give_way(
    con: duckdb.DuckDBPyConnection, staged: str, known: RawTable, earlier: Sequence[Path]
) -> list[Loss]:
    """Take from a staged table what earlier files of it say; returns what was overruled."""
    if known.name not in SHARED or not earlier:
        return []
    own = columns_of(con, staged)
    files = ", ".join(literal(unpatterned(path)) for path in earlier)
    con.execute(
        "create or replace temp view _all_earlier as select columns(*)::varchar "
        f"from read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
    )
    theirs = columns_of(con, "_all_earlier")
    versions = [name for name in known.versions if name in theirs]
    told = [name for name in own if name not in (*known.key, *known.versions)]
    both = [name for name in told if name in theirs and not _yes_wins(known, name)]
    con.execute(_paired(staged, known.key, versions, own=own, told=told, both=both))
    losses = _overruled(con, staged, known, both)
    _rewrite(con, staged, known, versions, own=own, both=both)
    con.execute("drop table staged._paired")
    return losses


def _yes_wins(known: RawTable, name: str) -> bool:
    column = known.column(name)
    return column is not None and column.yes_wins


def _paired(
    staged: str,
    key: Sequence[str],
    versions: Sequence[str],
    *,
    own: Sequence[str],
    told: Sequence[str],
    both: Sequence[str],
) -> str:
    """SQL of a table: each earlier version with the row that describes the same thing by then."""
    version = ", ".join(f"earlier.{quoted(name)}" for name in (*key, *versions))
    same = " and ".join(f"earlier.{quoted(name)} = later.{quoted(name)}" for name in key)
    grouped = ", ".join(map(quoted, [*key, *versions]))
    said = "".join(f", max({quoted(name)}) as {quoted(name)}" for name in both)
    mine, their = _since("later", own), _since("earlier", versions)
    columns = [
        *(f"earlier.{quoted(name)}" for name in (*key, *versions)),
        *(f"later.{quoted(name)} as {quoted(f'_later_{name}')}" for name in told),
        *(f"earlier.{quoted(name)} as {quoted(f'_earlier_{name}')}" for name in both),
    ]
    order = ", ".join(f"later.{quoted(name)}" for name in own)
    return (
        "create table staged._paired as "
        f"with earlier as (select {grouped}{said} from _all_earlier group by {grouped}) "
        f"select {', '.join(columns)} from earlier "
        f"inner join {staged} as later on {same} "
        f"qualify row_number() over (partition by {version} "
        f"order by {mine} <= {their} desc, case when {mine} <= {their} then {mine} end desc, "
        f"{mine}, {order}) = 1"
    )


def _since(side: str, columns: Sequence[str]) -> str:
    """From when on a row says something, as text that sorts."""
    found = [
        f"cast({side}.{name} as varchar)"
        for name in ("effective_from", "recorded_at")
        if name in columns
    ]
    return f"coalesce({', '.join([*found, literal('')])})"


def _overruled(
    con: duckdb.DuckDBPyConnection, staged: str, known: RawTable, both: Sequence[str]
) -> list[Loss]:
    if not both:
        return []
    differs = {name: _differs(known, name) for name in both}
    counts = con.execute(
        "select "
        + ", ".join(f"count(*) filter ({rule})" for rule in differs.values())
        + " from staged._paired"
    ).fetchall()[0]
    said = [f"{name} ({count:,})" for name, count in zip(differs, counts, strict=True) if count]
    if not said:
        return []
    found = " or ".join(differs.values())
    keys = con.execute(
        f"select distinct {quoted(known.key[0])} as key from staged._paired where {found} "
        f"order by key limit {KEYS}"
    ).fetchall()
    rows = con.execute(f"select count(*) from staged._paired where {found}").fetchall()[0][0]
    every = con.execute(f"select count(*) from {staged}").fetchall()[0][0]
    why = f"an earlier import says otherwise: {', '.join(said)}"
    return [
        Loss("overruled", known.name, why, rows, every, keys=tuple(str(row[0]) for row in keys))
    ]


def _differs(known: RawTable, name: str) -> str:
    mine, their = quoted(f"_later_{name}"), quoted(f"_earlier_{name}")
    column = known.column(name)
    kind = column.data_type if column else "varchar"
    return f"coalesce(try_cast({mine} as {kind}) <> try_cast({their} as {kind}), {mine} <> {their})"


def _rewrite(
    con: duckdb.DuckDBPyConnection,
    staged: str,
    known: RawTable,
    versions: Sequence[str],
    *,
    own: Sequence[str],
    both: Sequence[str],
) -> None:
    """The staged table anew: copies of earlier versions, and the rows that nobody else has."""
    listed = []
    for name in own:
        if name in known.key or name in versions:
            listed.append(quoted(name))
        elif name in known.versions:
            listed.append(f"cast(null as varchar) as {quoted(name)}")
        elif name in both:
            mine, their = quoted(f"_later_{name}"), quoted(f"_earlier_{name}")
            listed.append(f"case when {their} is null then {mine} end as {quoted(name)}")
        else:
            listed.append(f"{quoted(f'_later_{name}')} as {quoted(name)}")
    listed += [quoted(name) for name in versions if name not in own]
    same = " and ".join(f"own.{quoted(name)} = _all_earlier.{quoted(name)}" for name in known.key)
    con.execute(
        f"create table staged._rewritten as select {', '.join(listed)} from staged._paired "
        f"union all by name select own.* from {staged} as own "
        f"where not exists (select 1 from _all_earlier where {same})"
    )
    con.execute(f"drop table {staged}")
    con.execute(f"alter table staged._rewritten rename to {quoted(known.name)}")
