"""Working a recipe: the values behind a cell, so that a reader gets the same from what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb

from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.errors import BadInput
from expansion_warehouse.explain.cell import Cell, columns_of, find_cell
from expansion_warehouse.explain.claims import (
    CLAIMS,
    COHORT_SUMS,
    Claim,
    Interval,
    Months,
    Parts,
    Ratio,
    Recipe,
    Same,
    Sum,
    explained,
    recipe_of,
)

# Lines and drivers beside a cell, the largest first; everything that adds up to it is there.
LISTED = 100

NOT_CLAIMED = "not explained: nothing that is published adds up to it"
NOT_SEALED = "not explained: the seal of the month keeps the value, not what it is made of"
NOT_IN_SEAL = "not explained: empty, as the seal of a month behind it does not have it"
NO_ROW = "not explained: nothing that is published has the same accounts and time"
NOT_THERE = "not explained: this run was published by an earlier version"

_VALUE = re.compile(r"\$([a-z_]+)")


def work(
    con: duckdb.DuckDBPyConnection,
    cell: Cell,
    sealed: frozenset[str],
    rules: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """How the cell comes about; `operation` is None, with a reason, where that is not explained.

    `sealed` are the sealed months as `YYYY-MM`, `rules` the thresholds of intervals.
    """
    recipe = recipe_of(cell.mart, cell.column, cell.row)
    if recipe is None:
        return _unexplained(NOT_CLAIMED)
    how = _worked(con, cell, recipe, sealed, rules or {})
    # Parts that an older seal does not keep are empty.
    if is_sealed(cell, sealed) and how["operation"] and recomputed(how) != cell.value:
        return _unexplained(NOT_SEALED)
    return how


def _unexplained(why: str) -> dict[str, Any]:
    return {"operation": None, "because": why}


def _worked(
    con: duckdb.DuckDBPyConnection,
    cell: Cell,
    recipe: Recipe,
    sealed: frozenset[str],
    rules: Mapping[str, str],
) -> dict[str, Any]:
    match recipe:
        case Months():
            return _months(con, cell, recipe, sealed)
        case Interval():
            return _interval(con, cell, recipe, sealed, rules)
        case Sum():
            return _sum(con, cell, recipe, sealed)
        case Parts(columns):
            return {"operation": "parts", "parts": _terms(con, cell, columns, sealed)}
        case Ratio(over, under, when):
            return {
                "operation": "ratio",
                "numerator": _terms(con, cell, over, sealed),
                "denominator": _terms(con, cell, under, sealed),
                "withheld": when is not None and cell.row[when] is not True,
            }
        case Same():
            return _same(con, cell, recipe, sealed, rules)


def _same(
    con: duckdb.DuckDBPyConnection,
    cell: Cell,
    recipe: Same,
    sealed: frozenset[str],
    rules: Mapping[str, str],
) -> dict[str, Any]:
    key = {
        name: text.strip("'")
        if text.startswith("'")
        else text.format_map(cell.row)
        if "{" in text
        else str(cell.row[text])
        for name, text in recipe.at.items()
    }
    try:
        other = find_cell(con, recipe.mart, recipe.column, key)
    except BadInput:
        if recipe.otherwise is None:
            return _unexplained(NO_ROW)
        return _worked(con, cell, recipe.otherwise, sealed, rules)
    return {
        "operation": "same",
        "cell": {"mart": other.mart, "column": other.column, "key": dict(other.key)},
        "value": other.value,
        "withheld": recipe.when is not None and other.row[recipe.when] is not True,
        "how": work(con, other, sealed, rules),
    }


def _months(
    con: duckdb.DuckDBPyConnection, cell: Cell, recipe: Months, sealed: frozenset[str]
) -> dict[str, Any]:
    if cell.value is None:
        return _unexplained(NOT_IN_SEAL)
    of = "kpi_mrr_bridge"
    parts = []
    for row in fetch(
        con,
        f"from {of} where {recipe.when} and segment_type = $segment_type and segment = $segment "
        "and basis = $basis order by month",
        cell.row,
    ):
        month = Cell(of, recipe.column, {name: row[name] for name in CLAIMS[of].key}, row)
        value = 0 if month.value is None and recipe.empty_is_zero else month.value
        part: dict[str, Any] = {
            "column": recipe.column,
            "month": row["month"],
            "sign": 1,
            "value": value,
        }
        if recipe.column in explained(of):
            part["how"] = work(con, month, sealed)
        parts.append(part)
    return {"operation": "parts", "of": of, "parts": parts}


def _interval(
    con: duckdb.DuckDBPyConnection,
    cell: Cell,
    recipe: Interval,
    sealed: frozenset[str],
    rules: Mapping[str, str],
) -> dict[str, Any]:
    cohort = recipe.cohort
    if not (rules and all(columns_of(con, mart) for mart in cohort.needs)):
        return _unexplained(NOT_THERE)
    # The rules may have changed since.
    if is_sealed(cell, sealed):
        return _unexplained(NOT_SEALED)
    names = ", ".join(quoted(name) for name in cohort.by)
    sums = ", ".join(f"{text} as {quoted(name)}" for name, text in COHORT_SUMS.items())
    accounts = f"from {cohort.rows} where {cohort.where}"
    return {
        "operation": "interval",
        "end": recipe.end,
        "by": f"docs/{recipe.rule}",
        "sums": fetch(con, f"select {sums} {accounts}", cell.row)[0],
        "thresholds": dict(rules),
        "rows": fetch(con, f"select {names} {accounts} order by 2 desc, 1", cell.row),
    }


def _terms(
    con: duckdb.DuckDBPyConnection, cell: Cell, columns: tuple[str, ...], sealed: frozenset[str]
) -> list[dict[str, Any]]:
    terms = []
    for written in columns:
        name = written.removeprefix("-")
        term: dict[str, Any] = {
            "column": name,
            "sign": -1 if written.startswith("-") else 1,
            "value": cell.row[name],
        }
        recipe = recipe_of(cell.mart, name, cell.row) if name in explained(cell.mart) else None
        if isinstance(recipe, Sum | Months):
            term["how"] = work(con, Cell(cell.mart, name, cell.key, cell.row), sealed)
        terms.append(term)
    return terms


def _sum(
    con: duckdb.DuckDBPyConnection, cell: Cell, recipe: Sum, sealed: frozenset[str]
) -> dict[str, Any]:
    if not all(columns_of(con, mart) for mart in recipe.needs):
        return _unexplained(NOT_THERE)
    if not recipe.kept_by_seals and is_sealed(cell, sealed) and not _is_company(cell):
        return _unexplained(NOT_SEALED)
    names = ", ".join(quoted(name) for name in recipe.by)
    rows = fetch(
        con,
        f"select {names}, {recipe.amount} as amount from {recipe.rows} where {recipe.where} "
        f"order by abs(amount) desc, {names}",
        cell.row,
    )
    kept = [row for row in rows if row["amount"] != 0]
    return {
        "operation": "sum",
        "of": list(recipe.by),
        "empty_is_null": recipe.empty_is_null,
        "rows": kept,
        "rows_with_nothing": len(rows) - len(kept),
    }


def is_sealed(cell: Cell, sealed: frozenset[str]) -> bool:
    """Whether the cell stands as a seal kept it."""
    is_reported = bool(cell.row.get("basis") == "as_reported")
    return is_reported and cell.month in sealed


def _is_company(cell: Cell) -> bool:
    return str(cell.row.get("segment_type", "all")) == "all"


def fetch(con: duckdb.DuckDBPyConnection, sql: str, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a query in which `$name` is a column of `row`."""
    values = {name: row[name] for name in set(_VALUE.findall(sql))}
    found = con.execute(sql, values)
    columns = [column[0] for column in found.description or []]
    return [dict(zip(columns, line, strict=True)) for line in found.fetchall()]


def recomputed(how: Mapping[str, Any]) -> Any:
    """The value that follows from what an explanation shows; None where it shows nothing."""
    value = None
    if how.get("withheld"):
        return value
    match how["operation"]:
        case "same":
            value = how["value"]
        case "sum":
            amounts = [row["amount"] for row in how["rows"]]
            if None not in amounts and (amounts or not how["empty_is_null"]):
                value = sum(amounts, Decimal(0))
        case "parts":
            value = _added(how["parts"])
        case "ratio":
            over, under = _added(how["numerator"]), _added(how["denominator"])
            value = None if over is None or not under else float(over) / float(under)
    return value


def _added(terms: list[dict[str, Any]]) -> Any:
    if any(term["value"] is None for term in terms):
        return None
    return sum(term["sign"] * term["value"] for term in terms)


def beside(con: duckdb.DuckDBPyConnection, cell: Cell, how: Mapping[str, Any]) -> dict[str, Any]:
    """Drivers and contract lines of a cell: of its accounts, over its time, the largest first."""
    claim: Claim = CLAIMS[cell.mart]
    if how["operation"] == "same":
        of = how["cell"]
        key = {name: str(value) for name, value in of["key"].items()}
        return beside(con, find_cell(con, of["mart"], of["column"], key), how["how"])
    if claim.opening is None or how["operation"] is None:
        return {"drivers": [], "lines": [], "lines_left_out": 0}
    accounts = sorted({row["account_id"] for row in members(how) if "account_id" in row})
    # Scores and offers are of everything that is known.
    row = {
        "basis": "restated",
        "month": cell.row.get("last_month"),
        **cell.row,
        "accounts": accounts,
    }
    only = "list_contains($accounts, account_id)" if accounts else claim.only
    if not accounts and claim.only == "true":
        return {"drivers": [], "lines": [], "lines_left_out": 0}
    drivers = fetch(
        con,
        "select driver, sum(amount) as amount, count(distinct account_id) as accounts "
        f"from fct_mrr_drivers where basis = $basis and {only} "
        f"and month > {claim.opening} and month <= $month group by driver "
        "having sum(amount) <> 0 order by abs(sum(amount)) desc, driver",
        row,
    )
    if not columns_of(con, "fct_mrr_lines"):
        return {"drivers": drivers, "lines": [], "lines_left_out": 0}
    lines = fetch(con, _LINES.format(only=only, opening=claim.opening), row)
    return {
        "drivers": drivers,
        "lines": lines[:LISTED],
        "lines_left_out": max(0, len(lines) - LISTED),
    }


def members(how: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every row that an explanation adds up, of whatever part of it."""
    terms = [
        *how.get("parts", ()),
        *how.get("numerator", ()),
        *how.get("denominator", ()),
    ]
    inner = [term["how"] for term in terms if "how" in term]
    if how["operation"] == "same":
        inner.append(how["how"])
    return [*how.get("rows", ()), *(row for one in inner for row in members(one))]


# What a line is and bills is said at its last month-end in force, how it ended where it is gone.
_LINES = """
with ends as (
    select *, case when month = {opening} then mrr else 0 end as opening,
        case when month = $month then mrr else 0 end as closing
    from fct_mrr_lines
    where basis = $basis and {only}
        and (month in ({opening}, $month)
            or (month > {opening} and month < $month and ended_by is not null))
)
select contract_line_id, arg_max(account_id, month) as account_id,
    arg_max(product_id, month) as product_id,
    sum(opening) as opening_mrr, sum(closing) as closing_mrr,
    arg_max(currency, month) as currency,
    arg_max(mrr_native, month) filter (where ended_by is null) as mrr_native,
    arg_max(budget_rate, month) filter (where ended_by is null) as budget_rate,
    arg_max(quantity, month) filter (where ended_by is null) as quantity,
    case when arg_max(ended_by is not null, month) then arg_max(ended_by, month) end as ended_by,
    case when arg_max(ended_by is not null, month) then arg_max(ended_on, month) end as ended_on,
    'contract_lines' as raw_table, arg_max(source_file, month) as source_file,
    arg_max(raw_key, month) as raw_key
from ends
group by contract_line_id
having sum(opening) <> 0 or sum(closing) <> 0 or count(ended_by) > 0
order by abs(sum(closing) - sum(opening)) desc, abs(sum(closing)) desc, contract_line_id
"""
