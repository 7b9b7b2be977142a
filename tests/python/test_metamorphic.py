"""Invariant 20: what must follow when the same company is told in another way.

Shuffled rows are in `test_whole_run.py`; the oracle has the same laws in `test_oracle_cases.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import ask
from engine import Engine
from ledger_build import LEDGER, Workshop
from oracle.generator import Shape, random_book, scaled, settings_for
from oracle.rows import Account, Book, ContractLine
from oracle.terms import add_months

pytestmark = pytest.mark.slow

SEED = 20241001
# Between these days lies no 29 February, and none twelve months later.
FIRST_SAFE, LAST_SAFE = date(2024, 3, 1), date(2027, 2, 27)
SHAPE = Shape(accounts=60, months=18, first=date(2024, 10, 1), dirty_text=False)
SETTINGS = settings_for(SHAPE)
NEWCOMER = date(2025, 8, 12)


def safe_book() -> Book:
    """A random company without the lines that reach a day which another year may not have."""
    book = random_book(SEED, SHAPE)
    unsafe = {row.contract_line_id for row in book.contract_lines if not is_safe(row)}
    kept = [row for row in book.contract_lines if row.contract_line_id not in unsafe]
    return replace(book, contract_lines=kept)


def is_safe(row: Any) -> bool:
    """Every date of a row lies among the safe days."""
    days = [value for value in vars(row).values() if isinstance(value, date)]
    return all(FIRST_SAFE <= date(day.year, day.month, day.day) <= LAST_SAFE for day in days)


def a_year_later(book: Book) -> Book:
    """The same company twelve months later."""
    tables = {
        field.name: [shifted(row) for row in getattr(book, field.name)] for field in fields(book)
    }
    return Book(**tables)


def shifted(row: Any) -> Any:
    """A row with every date twelve months later."""
    later = {name: moved(value) for name, value in vars(row).items() if isinstance(value, date)}
    return replace(row, **later)


def moved(day: date) -> date:
    """The same day of the next year, at the same time of day."""
    if isinstance(day, datetime):
        return datetime.combine(add_months(day.date(), 12), day.time())
    return add_months(day, 12)


def with_newcomer(book: Book) -> Book:
    """The same company with a customer that nobody had before."""
    lines = [
        ContractLine(
            "NEWCOMER-1", "NEWCOMER", "CRM", unit_price=Decimal(777777), starts_on=NEWCOMER
        ),
        ContractLine(
            "NEWCOMER-2",
            "NEWCOMER",
            "DATA",
            unit_price=Decimal(33333),
            starts_on=NEWCOMER,
            ends_on=date(2025, 12, 31),
        ),
    ]
    return replace(
        book,
        accounts=[*book.accounts, Account("NEWCOMER", industry="retail", country="JP")],
        contract_lines=[*book.contract_lines, *lines],
    )


@dataclass(frozen=True)
class Companies:
    """The company as it is, and its workshop for others."""

    workshop: Workshop
    book: Book
    plain: Path


@pytest.fixture(scope="module")
def companies(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Companies:
    workshop = Workshop(engine, tmp_path_factory.mktemp("metamorphic"))
    book = safe_book()
    return Companies(workshop, book, workshop.build("plain", book, SETTINGS))


def difference(ours: Path, theirs: Path, query: str, other_query: str | None = None) -> int:
    """Rows that the answers of two databases do not share."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours}' as ours (read_only)")
        connection.execute(f"attach '{theirs}' as theirs (read_only)")
        here = query.replace("from ", "from ours.main.", 1)
        there = (other_query or query).replace("from ", "from theirs.main.", 1)
        found = connection.execute(
            f"select count(*) from ((({here}) except all ({there})) "
            f"union all (({there}) except all ({here})))"
        ).fetchone()
    assert found is not None
    return int(found[0])


def test_the_company_is_worth_the_trouble(companies: Companies) -> None:
    """It has everything that could go wrong: late news, mergers, currencies, every movement."""
    said = ask(
        companies.plain,
        "select count(distinct movement), sum(abs(prior_period_mrr)) > 0, sum(abs(merge_mrr)) > 0, "
        "sum(abs(fx_mrr)) > 0, count(distinct account_id) > 40 from fct_mrr_movements",
    )
    assert said == [(6, True, True, True, True)]
    drivers = ask(companies.plain, "select count(distinct driver) from fct_mrr_drivers")
    assert drivers[0][0] >= 14


def test_a_company_a_year_later_is_the_same_company_a_year_later(companies: Companies) -> None:
    later = replace(SETTINGS, as_of_date=add_months(SETTINGS.as_of_date, 12))
    shifted_marts = companies.workshop.build("later", a_year_later(companies.book), later)
    next_year = "cast(month + interval 12 month as date) as month"
    changed = {}
    for mart in LEDGER:
        year = ", 'FY' || (substr(fx_basis, 3)::int + 1) as fx_basis" if mart == "kpi_nrr" else ""
        expected = f"select * replace ({next_year}{year}) from {mart}"
        changed[mart] = difference(
            companies.plain, shifted_marts, expected, f"select * from {mart}"
        )
    assert changed == dict.fromkeys(LEDGER, 0)


def test_three_times_the_prices_are_three_times_the_mrr_of_every_line(
    companies: Companies,
) -> None:
    tripled = companies.workshop.build("tripled", scaled(companies.book, 3), SETTINGS)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{companies.plain}' as once (read_only)")
        connection.execute(f"attach '{tripled}' as thrice (read_only)")
        found = connection.execute(
            """
            select
                count(*) > 10000,
                count(*) filter (once.mrr_native is null or thrice.mrr_native is null),
                count(*) filter (abs(thrice.mrr_native - 3 * once.mrr_native)
                    > 1.5 * case once.currency when 'JPY' then 1 else 0.01 end),
                count(*) filter (thrice.is_billed <> once.is_billed),
                count(*) filter (once.mrr_native > 0) > 5000
            from once.intermediate.int_line_mrr as once
            full join thrice.intermediate.int_line_mrr as thrice
                using (knowledge_id, contract_line_id, month)
            """
        ).fetchall()
    assert found == [(True, 0, 0, 0, True)]


def test_a_new_customer_changes_no_window_that_opened_before_it(companies: Companies) -> None:
    joined = companies.workshop.build("joined", with_newcomer(companies.book), SETTINGS)
    months = {"1m": 1, "3m": 3, "12m": 12}
    for window, length in months.items():
        before = add_months(NEWCOMER.replace(day=1), length - 1)
        windows = f"select * from kpi_nrr where retention_window = '{window}' and month"
        opened_before = f"{windows} <= date '{before}'"
        assert ask(companies.plain, opened_before), window
        assert difference(companies.plain, joined, opened_before) == 0, window
        opened_after = f"{windows} > date '{before}'"
        if ask(companies.plain, opened_after):
            assert difference(companies.plain, joined, opened_after) > 0, window
    others = "select * from fct_mrr_movements where account_id <> 'NEWCOMER'"
    assert difference(companies.plain, joined, others) == 0
