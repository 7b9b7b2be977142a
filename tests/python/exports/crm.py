"""What tests of imported raw folders ask: rows of a table, and MRR by the recomputation."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import fields
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle import Book, Result, Settings, compute
from oracle.raw_files import TABLES


def read(raw: Path, table: str) -> list[dict[str, Any]]:
    """The rows of one imported table."""
    files = sorted((raw / table).glob("*.parquet"))
    if not files:
        return []
    with duckdb.connect() as con:
        found = con.execute(f"select * from read_parquet('{files[0]}')")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def book(raw: Path) -> Book:
    """An imported raw folder as the recomputation takes it."""
    found: dict[str, list[Any]] = {}
    for name, kind in TABLES.items():
        known = {item.name for item in fields(kind)}
        found[name] = [
            kind(**{key: value for key, value in row.items() if key in known and value is not None})
            for row in read(raw, name)
        ]
    return Book(**found)


def computed(raw: Path, currency: str, as_of: date) -> Result:
    """The ledger of an imported raw folder."""
    return compute(book(raw), Settings(as_of_date=as_of, reporting_currency=currency))


def mrr(result: Result, month_end: date) -> dict[str, Fraction]:
    """MRR of every account at a month-end, without those that have none."""
    first = month_end.replace(day=1)
    worth: dict[str, Fraction] = {}
    for (account, _, month), balance in result.restated.balances.items():
        if month == first and balance.mrr:
            worth[account] = worth.get(account, Fraction(0)) + balance.mrr
    return worth


def month_ends(first: int, last: int) -> list[date]:
    """The last days of all months of some years."""
    return [
        date(year, month, monthrange(year, month)[1])
        for year in range(first, last + 1)
        for month in range(1, 13)
    ]
