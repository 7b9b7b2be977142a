"""Which numbers differ between the marts of two runs. Both are attached to one connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.sql import literal, quoted

# Headline figures of the whole company: mart, figure and what a row of the later run is chosen by.
_HEADLINE = (
    ("kpi_mrr_bridge", "closing_mrr", "true"),
    ("kpi_mrr_bridge", "paying_accounts", "true"),
    ("kpi_nrr", "nrr", "are.retention_window = '12m'"),
    ("kpi_nrr", "grr", "are.retention_window = '12m'"),
)
# Lines that are named for an account.
_LINES = 3

Rows = list[dict[str, Any]]


@contextmanager
def both(before: Path, now: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the marts of both runs as `before` and `now`."""
    with duckdb.connect() as con:
        con.execute(f"attach {literal(before)} as before (read_only)")
        con.execute(f"attach {literal(now)} as now (read_only)")
        yield con


def changed_marts(con: duckdb.DuckDBPyConnection) -> Rows:
    """Marts that differ: rows before and now, and how many are in one run alone.

    Columns that one of them lacks are named and left out of the comparison.
    """
    found = []
    before, now = _columns(con, "before"), _columns(con, "now")
    for name in sorted(set(before) | set(now)):
        were, are = before.get(name), now.get(name)
        if were is None or are is None:
            found.append({"mart": name, "is_new": were is None, "is_gone": are is None})
            continue
        shared = [column for column in are if column in were]
        listed = ", ".join(quoted(column) for column in shared)
        row = _one(
            con,
            f"with were as (select {listed} from before.{quoted(name)}), "
            f"are as (select {listed} from now.{quoted(name)}) select "
            "(select count(*) from were) as rows_before, (select count(*) from are) as rows_now, "
            "(select count(*) from (from were except all from are)) as rows_gone, "
            "(select count(*) from (from are except all from were)) as rows_new",
        )
        columns = sorted(set(were) ^ set(are))
        if row["rows_gone"] or row["rows_new"] or columns:
            found.append({"mart": name, **row, "columns": columns})
    return found


def changed_months(con: duckdb.DuckDBPyConnection) -> Rows:
    """Headline figures of the whole company that differ in a month that both runs have."""
    parts = [
        f"select are.month, are.basis, {literal(figure)} as figure, "
        f"cast(were.{figure} as double) as was, cast(are.{figure} as double) as now "
        f"from now.{mart} as are inner join before.{mart} as were using (month, basis, "
        f"segment_type, segment{', retention_window' if mart == 'kpi_nrr' else ''}) "
        f"where are.segment_type = 'all' and {where} "
        f"and were.{figure} is distinct from are.{figure}"
        for mart, figure, where in _HEADLINE
        if _have(con, mart, figure)
    ]
    return (
        _rows(con, f"{' union all '.join(parts)} order by month desc, basis, figure")
        if parts
        else []
    )


def new_months(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months that only the later run has."""
    if not _have(con, "dim_months", "month"):
        return []
    found = con.execute(
        "select strftime(month, '%Y-%m') from now.dim_months "
        "where month not in (select month from before.dim_months) order by month"
    ).fetchall()
    return [str(month) for (month,) in found]


def changed_accounts(con: duckdb.DuckDBPyConnection, most: int) -> tuple[int, Rows]:
    """Accounts whose MRR of a month that both runs have differs, as it is known now.

    Their number, and the largest: the newest such month, MRR in each run, and the lines behind it.
    """
    if not (_have(con, "fct_mrr", "mrr") and _have(con, "dim_months", "month")):
        return 0, []
    con.execute(
        """
        create or replace temp table account_changes as
        with
        shared as (
            select month from now.dim_months intersect select month from before.dim_months
        ),
        were as (
            select account_id, month, sum(mrr) as mrr from before.fct_mrr
            where basis = 'restated' group by account_id, month
        ),
        are as (
            select account_id, month, sum(mrr) as mrr from now.fct_mrr
            where basis = 'restated' group by account_id, month
        ),
        compared as (
            select
                account_id, month, coalesce(were.mrr, 0) as was, coalesce(are.mrr, 0) as now
            from were full join are using (account_id, month) inner join shared using (month)
        )
        select account_id, count(*) as months, max(month) as month,
            max_by(was, month) as was, max_by(now, month) as now
        from compared where was <> now group by account_id
        """
    )
    total = con.execute("select count(*) from account_changes").fetchone()
    names = (
        "now.dim_accounts"
        if _have(con, "dim_accounts", "account_name")
        else "(select null as account_id, null as account_name)"
    )
    rows = _rows(
        con,
        "select account_changes.*, accounts.account_name, now - was as difference "
        f"from account_changes left join {names} as accounts using (account_id) "
        f"order by abs(now - was) desc, account_id limit {most}",
    )
    for row in rows:
        row["lines"] = _changed_lines(con, row)
    return int(total[0]) if total else 0, rows


def _changed_lines(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Rows:
    if not _have(con, "fct_mrr_lines", "mrr"):
        return []
    chosen = "where account_id = ? and month = ? and basis = 'restated'"
    return _rows(
        con,
        f"""
        select contract_line_id, were.mrr as was, are.mrr as now
        from (select contract_line_id, mrr from before.fct_mrr_lines {chosen}) as were
        full join (select contract_line_id, mrr from now.fct_mrr_lines {chosen}) as are
            using (contract_line_id)
        where were.mrr is distinct from are.mrr
        order by abs(coalesce(are.mrr, 0) - coalesce(were.mrr, 0)) desc, contract_line_id
        limit {_LINES}
        """,
        [row["account_id"], row["month"]] * 2,
    )


def _columns(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ? "
        "and schema_name = 'main' order by table_name, column_index",
        [side],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def _have(con: duckdb.DuckDBPyConnection, mart: str, column: str) -> bool:
    return all(column in _columns(con, side).get(mart, []) for side in ("before", "now"))


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Rows:
    found = con.execute(query, values)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _one(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    return _rows(con, query)[0]
