"""What the raw gate expects of a raw folder, before anything is built from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.errors import BadInput
from expansion_warehouse.gates.checks import Check, Severity, Thresholds
from expansion_warehouse.gates.currencies import Unrated, rated_currencies, unrated_currencies
from expansion_warehouse.raw.contract import RawColumn, RawTable

_SCHEMA = "raw"
_REJECTED = "_reject_reason"
_PARSED = f"{_REJECTED} is null"
_EARLIEST = "1970-01-01"
_YEARS_AHEAD = 30
_DATE_TYPES = ("date", "timestamp")

# Discount lines are negative by nature, and so is a line that reduces a parent.
_PRICED = f"{_PARSED} and charge_type <> 'discount' and parent_line_id is null"

# Tables of use: the day of a row, and what a row is.
_USE = {
    "usage_events": ("occurred_at", "usage event"),
    "usage_daily": ("used_on", "daily count of use"),
}

_MONEY_TABLES = ("plans", "contract_lines", "invoices", "proposals", "costs", "budgets")


@dataclass(frozen=True)
class RawProfile:
    """What the raw folder holds: the baseline of the next run's drift checks.

    `typical_price` is the geometric mean of positive unit prices in the reporting currency, which a
    few absurd values do not move; None where there are none. `filled` counts the values of each
    column of the tables that are small enough to count, `unrated` the currencies that lines are
    charged in without a rate.
    """

    rows: dict[str, int]
    typical_price: float | None
    currencies: tuple[str, ...]
    filled: dict[str, dict[str, int]] = field(default_factory=dict)
    unrated: tuple[Unrated, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The part of the profile that later runs compare themselves with."""
        return {"rows": self.rows, "typical_price": self.typical_price}


def measure_raw(
    database: Path,
    contract: Sequence[RawTable],
    reporting_currency: str,
    *,
    as_of_date: date = date.max,
    seeds: Path | None = None,
) -> RawProfile:
    """Count the registered raw tables. `seeds` is the folder of the project's seeds.

    Raises BadInput where a file turns out to be unreadable.
    """
    with open_read_only(database) as con:
        rows = {}
        for table in contract:
            try:
                rows[table.name] = _number(con, f'select count(*) from raw."{table.name}"') or 0
            except duckdb.Error as error:
                raise BadInput(f"table {table.name} cannot be read: {reason(error)}") from None
        filled = {table.name: _filled(con, table) for table in contract if not table.streamed}
        price = con.execute(
            f"select exp(avg(ln(unit_price))) from raw.contract_lines "
            f"where {_PARSED} and currency = ? and unit_price > 0",
            [reporting_currency],
        ).fetchone()
        found = con.execute("select distinct currency from raw.fx_rates where currency is not null")
        currencies = {reporting_currency, *(row[0] for row in found.fetchall())}
        rated = rated_currencies(con, reporting_currency, seeds, as_of_date)
        currencies |= rated & _charged_currencies(con, contract)
        unrated = unrated_currencies(con, rated, seeds, as_of_date)
    typical = float(price[0]) if price and price[0] is not None else None
    return RawProfile(
        rows={name: int(count) for name, count in rows.items()},
        typical_price=typical if typical is not None and math.isfinite(typical) else None,
        currencies=tuple(sorted(currencies)),
        filled=filled,
        unrated=unrated,
    )


def _charged_currencies(con: Any, contract: Sequence[RawTable]) -> set[str]:
    names = [table.name for table in contract if table.name in _MONEY_TABLES]
    parts = [f"select currency from raw.{name}" for name in names]
    return {row[0] for row in con.execute(" union ".join(parts)).fetchall()} if parts else set()


def _filled(con: Any, table: RawTable) -> dict[str, int]:
    counts = ", ".join(f'count("{column.name}")' for column in table.columns)
    row = con.execute(f'select {counts} from raw."{table.name}"').fetchone()
    return {column.name: int(row[i]) for i, column in enumerate(table.columns)}


def _number(con: Any, sql: str) -> int | None:
    row = con.execute(sql).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def raw_checks(
    contract: Sequence[RawTable],
    profile: RawProfile,
    *,
    as_of_date: date,
    baseline: Mapping[str, Any] | None,
    reporting_currency: str,
    thresholds: Thresholds | None = None,
) -> list[Check]:
    """The raw suite. `baseline` is the profile of the last good run, None before the first."""
    limits = thresholds or Thresholds()
    checks: list[Check] = []
    for table in contract:
        checks += _presence(table)
        checks += _volume(table, baseline, limits)
        if profile.rows[table.name] == 0:
            continue
        checks += _rejects(table, profile, limits)
        if profile.rows[table.name] >= limits.many_bad:
            checks += _required_columns(table)
        for column in table.columns:
            checks += _plausible_dates(table, column, as_of_date, profile, limits)
            checks += _plausible_values(table, column, profile, limits)
        if table.name in _MONEY_TABLES:
            checks += _known_currencies(table, profile, limits)
    if profile.rows.get("contract_lines"):
        checks += _price_drift(profile, baseline, reporting_currency, limits)
        checks.append(_contract_freshness(as_of_date, limits))
    checks += _usage_freshness(profile, as_of_date, limits)
    return checks


def _check(
    name: str,
    severity: Severity,
    description: str,
    expectation: str,
    arguments: dict[str, Any],
    *,
    where: str | None = None,
) -> Check:
    """A check of a raw table; `name` is the table, a dot, and what is looked at."""
    table = name.split(".", maxsplit=1)[0]
    label = f"{name}.{severity}"
    return Check(label, _SCHEMA, table, severity, description, expectation, arguments, where)


def _presence(table: RawTable) -> list[Check]:
    if not table.required:
        return []
    return [
        _check(
            f"{table.name}.rows",
            "warning" if table.may_be_empty else "error",
            "the required table has rows",
            "expect_table_row_count_to_be_between",
            {"min_value": 1},
        )
    ]


def _volume(table: RawTable, baseline: Mapping[str, Any] | None, limits: Thresholds) -> list[Check]:
    before = ((baseline or {}).get("rows") or {}).get(table.name) or 0
    if not before:
        return []
    return [
        _check(
            f"{table.name}.volume",
            "warning",
            f"at most {limits.row_drop:.0%} fewer rows than the {before:,} of the last good run",
            "expect_table_row_count_to_be_between",
            {"min_value": math.ceil(before * (1 - limits.row_drop))},
        )
    ]


def _much(filled: int, limits: Thresholds) -> float:
    """The share that stops a build: most of the values, and never a handful of them."""
    return min(1.0, max(limits.mostly_bad, (limits.many_bad - 1) / max(filled, 1)))


def _rejects(table: RawTable, profile: RawProfile, limits: Thresholds) -> list[Check]:
    much = _much(profile.rows[table.name], limits)
    graded: tuple[tuple[Severity, str, float], ...] = (
        ("error", f"at most {much:.0%} of the rows are rejected", much),
        ("warning", "no row is rejected", 0.0),
    )
    return [
        _check(
            f"{table.name}.rejected_rows",
            severity,
            description,
            "expect_column_values_to_be_null",
            {"column": _REJECTED, "mostly": 1 - share},
        )
        for severity, description, share in graded
    ]


def _required_columns(table: RawTable) -> list[Check]:
    return [
        _check(
            f"{table.name}.{column.name}.filled",
            "error",
            f"the required column {column.name} is not empty throughout",
            "expect_column_proportion_of_non_null_values_to_be_between",
            {"column": column.name, "min_value": 0, "strict_min": True},
        )
        for column in table.columns
        if column.required
    ]


def _graded(
    name: str,
    statement: str,
    expectation: str,
    arguments: dict[str, Any],
    limits: Thresholds,
    *,
    profile: RawProfile,
    where: str | None = None,
    stops: bool = True,
) -> list[Check]:
    """A warning where a few values are off, an error (if it `stops`) where many and most are."""
    table = name.split(".", maxsplit=1)[0]
    counted = profile.filled.get(table, {}).get(arguments["column"], profile.rows[table])
    graded: tuple[tuple[Severity, float], ...] = (
        ("error", _much(counted, limits)),
        ("warning", limits.few_bad),
    )
    return [
        _check(
            name,
            severity,
            f"{statement} (at least {1 - share:.0%} of the values)",
            expectation,
            {**arguments, "mostly": 1 - share},
            where=where,
        )
        for severity, share in graded
        if stops or severity == "warning"
    ]


def _plausible_dates(
    table: RawTable,
    column: RawColumn,
    as_of_date: date,
    profile: RawProfile,
    limits: Thresholds,
) -> list[Check]:
    """A day that may be missing stops nobody: sources fill such cells with the ends of their time.

    Models name each of them (`dq_oddities`); a far day of an end means that there is none.
    """
    if column.data_type not in _DATE_TYPES:
        return []
    latest = f"{as_of_date.year + _YEARS_AHEAD}-12-31"
    suffix = "T00:00:00" if column.data_type == "timestamp" else ""
    span = f"on {_EARLIEST} or later" if column.ends else f"between {_EARLIEST} and {latest}"
    return _graded(
        f"{table.name}.{column.name}.range",
        f"{column.name} lies {span}",
        "expect_column_values_to_be_between",
        {
            "column": column.name,
            "min_value": _EARLIEST + suffix,
            **({} if column.ends else {"max_value": latest + suffix}),
        },
        limits,
        profile=profile,
        stops=column.required,
    )


def _plausible_values(
    table: RawTable, column: RawColumn, profile: RawProfile, limits: Thresholds
) -> list[Check]:
    low, high = column.span
    if low is None and high is None:
        return []
    is_price = (table.name, column.name) == ("contract_lines", "unit_price")
    return _graded(
        f"{table.name}.{column.name}.range",
        f"{column.name}{' of base lines' if is_price else ''} lies {_span(low, high)}",
        "expect_column_values_to_be_between",
        {"column": column.name, "min_value": low, "max_value": high},
        limits,
        profile=profile,
        where=_PRICED if is_price else None,
    )


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at {low:,g} or above" if low is not None else f"at {high:,g} or below"
    return f"between {low:,g} and {high:,g}"


def _known_currencies(table: RawTable, profile: RawProfile, limits: Thresholds) -> list[Check]:
    known = list(profile.currencies)
    return _graded(
        f"{table.name}.currency.known",
        f"currency is the reporting currency or has a rate ({', '.join(known)})",
        "expect_column_values_to_be_in_set",
        {"column": "currency", "value_set": known},
        limits,
        profile=profile,
    )


def _price_drift(
    profile: RawProfile,
    baseline: Mapping[str, Any] | None,
    reporting_currency: str,
    limits: Thresholds,
) -> list[Check]:
    before = (baseline or {}).get("typical_price")
    if not before or profile.typical_price is None:
        return []
    low = before * (1 - limits.price_drift)
    high = before / (1 - limits.price_drift)
    rows = f"{_PARSED} and currency = '{reporting_currency}' and unit_price > 0"
    return [
        _check(
            "contract_lines.unit_price.drift",
            "warning",
            f"the typical unit price in {reporting_currency} stays near the {before:,.0f} "
            f"of the last good run (between {low:,.0f} and {high:,.0f})",
            "unexpected_rows_expectation",
            {
                "unexpected_rows_query": (
                    "select round(exp(avg(ln(unit_price)))) as typical_unit_price from {batch} "
                    f"having exp(avg(ln(unit_price))) not between {low!r} and {high!r}"
                )
            },
            where=rows,
        )
    ]


def _contract_freshness(as_of_date: date, limits: Thresholds) -> Check:
    since = as_of_date - timedelta(days=limits.contract_age_days)
    latest = "max(greatest(starts_on, signed_on, cast(recorded_at as date)))"
    return _check(
        "contract_lines.freshness",
        "warning",
        f"the newest contract line is at most {limits.contract_age_days} days older than "
        f"the as-of date {as_of_date}",
        "unexpected_rows_expectation",
        {
            "unexpected_rows_query": (
                f"select {latest} as newest from {{batch}} having {latest} < date '{since}'"
            )
        },
    )


def _usage_freshness(profile: RawProfile, as_of_date: date, limits: Thresholds) -> list[Check]:
    """Use comes as events, as daily counts, or as both: the newest of them is looked at."""
    since = as_of_date - timedelta(days=limits.usage_age_days)
    delivered = [table for table in _USE if profile.rows.get(table)]
    if not delivered:
        return []
    table, *others = delivered
    column, what = _USE[table]
    moment = f"{since}T00:00:00" if column.endswith("_at") else str(since)
    expectation: tuple[str, dict[str, Any]] = (
        "expect_column_max_to_be_between",
        {"column": column, "min_value": moment},
    )
    for other in others:
        day, what = _USE[other][0], "use"
        query = (
            f"select max({column}) as newest from {{batch}} having max({column}) < '{since}' "
            f"and (select max({day}) from {_SCHEMA}.{other}) < '{since}'"
        )
        expectation = "unexpected_rows_expectation", {"unexpected_rows_query": query}
    return [
        _check(
            f"{table}.freshness",
            "warning",
            f"the newest {what} is at most {limits.usage_age_days} days older than "
            f"the as-of date {as_of_date}",
            *expectation,
        )
    ]
