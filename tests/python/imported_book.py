"""A raw folder that an import has made, as the rows that the independent oracle reads."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle import rows
from oracle.compute import Result, compute
from oracle.raw_files import TABLES, WHOLE_NUMBERS
from oracle.settings import Settings
from oracle.terms import month_end, month_of


def table(raw: Path, name: str) -> list[dict[str, Any]]:
    """Rows of one imported table, of all its files; none where it was not made."""
    if not list((raw / name).glob("*.parquet")):
        return []
    with duckdb.connect() as con:
        found = con.execute(
            f"select * from read_parquet('{raw / name}/*.parquet', union_by_name = true)"
        )
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def book(raw: Path, *currencies: str) -> rows.Book:
    """What the oracle knows of a raw folder; the currencies are worth one of the reporting one."""
    made: dict[str, list[object]] = {}
    for name, row_type in TABLES.items():
        known = {field.name for field in fields(row_type)}
        made[name] = [
            row_type(
                **{
                    column: int(value) if column in WHOLE_NUMBERS and value else value
                    for column, value in row.items()
                    if column in known
                }
            )
            for row in table(raw, name)
        ]
    made["fx_rates"] = [
        rows.FxRate(currency, "budget", date(2000, 1, 1), Decimal(1)) for currency in currencies
    ]
    return rows.Book(**made)  # type: ignore[arg-type]


def ledger(found: rows.Book, today: date, currency: str) -> Result:
    """What the oracle makes of it; who has not paid is another question."""
    found.invoices = []
    return compute(found, Settings(today, currency))


def net(result: Result, today: date) -> dict[tuple[str, date], Fraction]:
    """MRR by account and month-end."""
    found: dict[tuple[str, date], Fraction] = {}
    for (account, _, month), balance in result.restated.balances.items():
        day = month_end(month_of(month))
        if balance.mrr and day <= today:
            found[account, day] = found.get((account, day), Fraction(0)) + balance.mrr
    return found


def gross(result: Result, today: date) -> dict[tuple[str, str, date], Fraction]:
    """MRR before discounts by account, product and month-end."""
    return {
        (account, product, month_end(month_of(month))): balance.gross
        for (account, product, month), balance in result.restated.balances.items()
        if balance.gross and month_end(month_of(month)) <= today
    }
