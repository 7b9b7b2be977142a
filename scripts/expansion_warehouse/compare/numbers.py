"""Which revenue differs between two runs, and which of their marts."""

from __future__ import annotations

from typing import Any

import duckdb

from expansion_warehouse.compare.sides import Rows, columns_of, have, rows_of
from expansion_warehouse.engine.sql import literal, quoted

# Headline figures of the whole company: mart, figure and what a row of the later run is chosen by.
_HEADLINE = (
    ("kpi_mrr_bridge", "closing_mrr", "true"),
    ("kpi_mrr_bridge", "paying_accounts", "true"),
    ("kpi_nrr", "nrr", "are.retention_window = '12m'"),
    ("kpi_nrr", "grr", "are.retention_window = '12m'"),
    ("kpi_upsell", "upsell_rate", "true"),
    ("kpi_upsell", "cross_sell_rate", "true"),
)
# Lines that are named for an account.
_LINES = 3


def changed_marts(con: duckdb.DuckDBPyConnection) -> Rows:
    """Marts that differ: rows before and now, and how many are in one run alone.

    Columns that one of them lacks are named and left out of the comparison.
    """
    found = []
    before, now = columns_of(con, "before"), columns_of(con, "now")
    for name in sorted(set(before) | set(now)):
        were, are = before.get(name), now.get(name)
        if were is None or are is None:
            found.append({"mart": name, "is_new": were is None, "is_gone": are is None})
            continue
        shared = [column for column in are if column in were]
        listed = ", ".join(quoted(column) for column in shared)
        [row] = rows_of(
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
        if have(con, mart, figure)
    ]
    return (
        rows_of(con, f"{' union all '.join(parts)} order by month desc, basis, figure")
        if parts
        else []
    )


def new_months(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months that only the later run has."""
    if not have(con, "dim_months", "month"):
        return []
    found = con.execute(
        "select strftime(month, '%Y-%m') from now.dim_months "
        "where month not in (select month from before.dim_months) order by month"
    ).fetchall()
    return [str(month) for (month,) in found]


def closed_months(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months that were closed in both runs."""
    if not have(con, "dim_months", "month", "is_closed"):
        return []
    return [
        row["month"]
        for row in rows_of(
            con,
            "select strftime(month, '%Y-%m') as month from now.dim_months as are "
            "inner join before.dim_months as were using (month) "
            "where are.is_closed and were.is_closed order by month",
        )
    ]


def changed_accounts(con: duckdb.DuckDBPyConnection, most: int) -> tuple[int, Rows]:
    """Accounts whose MRR of a month that both runs have differs, as it is known now.

    Their number, and the largest: the newest such month, MRR in each run, and the lines behind it.
    """
    if not (have(con, "fct_mrr", "mrr") and have(con, "dim_months", "month")):
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
        if have(con, "dim_accounts", "account_name")
        else "(select null as account_id, null as account_name)"
    )
    rows = rows_of(
        con,
        "select account_changes.*, accounts.account_name, now - was as difference "
        f"from account_changes left join {names} as accounts using (account_id) "
        f"order by abs(now - was) desc, account_id limit {most}",
    )
    for row in rows:
        row["lines"] = _changed_lines(con, row)
    return int(total[0]) if total else 0, rows


def _changed_lines(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Rows:
    if not have(con, "fct_mrr_lines", "mrr"):
        return []
    chosen = "where account_id = ? and month = ? and basis = 'restated'"
    return rows_of(
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
