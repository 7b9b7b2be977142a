"""Books that are small, have ended or have not begun: published, with the numbers and a sentence.

Expected numbers were worked out by hand. Lines are `account product quantity x price, first day to
last day`; what is in force on the last day of a month counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

import duckdb
import pytest
from rich.console import Console

from builds import Company
from engine import Engine
from expansion_warehouse.publish.book import book_sentences
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.publish.summary import measure_headline, print_summary
from tiny_project import write_raw

# The settings of another file of tests, so that the models are compiled for both at once.
SETTINGS = "reporting_currency: JPY\nfiscal_year_start_month: 4\nbusiness_timezone: UTC\n"
ACCOUNTS = "account_id,account_name\nA1,Alpha\nA2,Beta\n"
PRODUCTS = "product_id\napp\nhelp\n"
PLANS = "plan_id,product_id,tier_rank\nstd,app,1\npro,app,2\n"
LINES = (
    "contract_line_id,account_id,product_id,plan_id,charge_type,quantity,unit_price,billing_unit,"
    "currency,starts_on,ends_on,effective_from\n"
)
# A1: 100 from January to March. A2: 50 from February to April.
ENDED = (
    "L1,A1,app,std,recurring,1,100,month,JPY,2024-01-01,2024-03-31,\n"
    "L2,A2,app,std,recurring,1,50,month,JPY,2024-02-01,2024-04-30,\n"
)


@dataclass(frozen=True)
class Book:
    """A raw folder, its as-of date, what is published of it and what is said about it.

    `bridge` lists opening, new, expansion, contraction, churn and closing MRR of every month,
    `nrr` the one-month NRR of every month that has a row; both bases are the same. `outcomes` are
    of contract lines, `stages` of accounts, `offers` the kinds that are listed.
    """

    as_of: str
    lines: str
    said: tuple[str, ...]
    bridge: Mapping[str, tuple[int, ...]]
    nrr: Mapping[str, Decimal | None]
    stages: Mapping[str, str]
    outcomes: Mapping[str, int]
    offers: frozenset[str] = frozenset()
    accounts: str = ACCOUNTS
    products: str = PRODUCTS
    plans: str = PLANS


BOOKS = {
    "ended": Book(
        as_of="2024-08-31",
        lines=ENDED,
        said=("the book ended: no paid contract has been in force since April 2024",),
        bridge={
            "2024-01": (0, 100, 0, 0, 0, 100),
            "2024-02": (100, 50, 0, 0, 0, 150),
            "2024-03": (150, 0, 0, 0, 0, 150),
            "2024-04": (150, 0, 0, 0, -100, 50),
            "2024-05": (50, 0, 0, 0, -50, 0),
            "2024-06": (0, 0, 0, 0, 0, 0),
            "2024-07": (0, 0, 0, 0, 0, 0),
            "2024-08": (0, 0, 0, 0, 0, 0),
        },
        # 100 / 100, 150 / 150, 50 / 150 and 0 / 50; nobody paid at the openings after May.
        nrr={
            "2024-02": Decimal(1),
            "2024-03": Decimal(1),
            "2024-04": Decimal("0.3333"),
            "2024-05": Decimal(0),
            "2024-06": None,
            "2024-07": None,
            "2024-08": None,
        },
        stages={"A1": "churned", "A2": "churned"},
        outcomes={"modelled": 2},
    ),
    "before": Book(
        as_of="2023-11-30",
        lines=ENDED,
        said=("nothing is in force yet: the first contract starts in January 2024",),
        bridge={},
        nrr={},
        stages={"A1": "prospect", "A2": "prospect"},
        outcomes={"modelled": 2},
    ),
    "one month": Book(
        as_of="2024-01-31",
        # The last day of the month is in it.
        lines=(
            "L1,A1,app,std,recurring,1,100,month,JPY,2024-01-10,,\n"
            "L2,A2,help,,recurring,1,50,month,JPY,2024-01-31,,\n"
        ),
        said=("one month: everybody in it is new, and rates begin with the next",),
        bridge={"2024-01": (0, 150, 0, 0, 0, 150)},
        nrr={},
        stages={"A1": "onboarding", "A2": "onboarding"},
        outcomes={"modelled": 2},
        offers=frozenset({"plan_upgrade", "long_term"}),
    ),
    "one account": Book(
        as_of="2024-03-31",
        lines=(
            "L1,A1,app,std,recurring,1,100,month,JPY,2024-01-01,,\n"
            "L2,A1,help,,recurring,1,30,month,JPY,2024-02-01,,\n"
        ),
        said=("one account has ever paid: every rate is that account's own",),
        bridge={
            "2024-01": (0, 100, 0, 0, 0, 100),
            "2024-02": (100, 0, 30, 0, 0, 130),
            "2024-03": (130, 0, 0, 0, 0, 130),
        },
        nrr={"2024-02": Decimal("1.3"), "2024-03": Decimal(1)},
        stages={"A1": "adoption", "A2": "prospect"},
        outcomes={"modelled": 2},
        offers=frozenset({"plan_upgrade", "long_term"}),
    ),
    # A2 names a plan that nobody knows: the money counts all the same.
    "one product and no plans": Book(
        as_of="2024-02-29",
        lines=(
            "L1,A1,app,,recurring,1,100,month,JPY,2024-01-01,,\n"
            "L2,A2,app,std,recurring,2,50,month,JPY,2024-02-01,,\n"
        ),
        said=(
            "one product: nothing can be offered beside it",
            "no plans: nobody can be offered a larger one",
        ),
        bridge={"2024-01": (0, 100, 0, 0, 0, 100), "2024-02": (100, 100, 0, 0, 0, 200)},
        nrr={"2024-02": Decimal(1)},
        stages={"A1": "onboarding", "A2": "onboarding"},
        outcomes={"modelled": 2},
        offers=frozenset({"long_term"}),
        products="product_id\napp\n",
        plans="plan_id,product_id,tier_rank\n",
    ),
    # The logo stays: the contract is in force, at a price of 0 from February.
    "nothing billed": Book(
        as_of="2024-02-29",
        lines=(
            "L1,A1,app,std,recurring,1,100,month,JPY,2024-01-01,,2024-01-01\n"
            "L1,A1,app,std,recurring,1,0,month,JPY,2024-01-01,,2024-02-01\n"
        ),
        said=(
            "nothing has been billed since January 2024: what is in force is paused or free",
            "one account has ever paid: every rate is that account's own",
        ),
        bridge={"2024-01": (0, 100, 0, 0, 0, 100), "2024-02": (100, 0, 0, -100, 0, 0)},
        nrr={"2024-02": Decimal(0)},
        stages={"A1": "onboarding", "A2": "prospect"},
        outcomes={"modelled": 2},
    ),
}
EVERY = pytest.mark.parametrize("name", BOOKS)


@pytest.fixture(scope="module")
def companies(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Company]:
    """Every model of every book."""
    base = tmp_path_factory.mktemp("small")
    found = {}
    for name, book in BOOKS.items():
        company = Company(base / name / "raw", base / name / "home")
        tables = {
            "accounts": book.accounts,
            "products": book.products,
            "plans": book.plans,
            "contract_lines": LINES + book.lines,
        }
        write_raw(company.raw, tables)
        text = f"as_of_date: {book.as_of}\n{SETTINGS}"
        (company.raw / "settings.yml").write_text(text, encoding="utf-8")
        found[name] = engine.build(company)
    return found


def ask(company: Company, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(company.database), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.slow
@EVERY
def test_no_data_test_stops_the_build(
    engine: Engine, companies: dict[str, Company], name: str
) -> None:
    assert engine.failing_tests(companies[name]) == []


@pytest.mark.slow
@EVERY
def test_the_bridge_has_every_month(companies: dict[str, Company], name: str) -> None:
    rows = ask(
        companies[name],
        "select basis, strftime(month, '%Y-%m'), opening_mrr, new_mrr, expansion_mrr, "
        "contraction_mrr, churn_mrr, closing_mrr "
        "from kpi_mrr_bridge where segment_type = 'all' order by all",
    )
    for basis in ("as_reported", "restated"):
        found = {row[1]: row[2:] for row in rows if row[0] == basis}
        assert found == BOOKS[name].bridge, basis


@pytest.mark.slow
@EVERY
def test_a_rate_is_empty_where_nobody_paid(companies: dict[str, Company], name: str) -> None:
    rows = ask(
        companies[name],
        "select basis, strftime(month, '%Y-%m'), round(nrr, 4)::decimal(18, 4) from kpi_nrr "
        "where segment_type = 'all' and retention_window = '1m' order by all",
    )
    for basis in ("as_reported", "restated"):
        assert {row[1]: row[2] for row in rows if row[0] == basis} == BOOKS[name].nrr, basis


@pytest.mark.slow
@EVERY
def test_every_line_and_account_is_there(companies: dict[str, Company], name: str) -> None:
    book, company = BOOKS[name], companies[name]
    outcomes = ask(
        company,
        "select outcome, sum(row_count) from fct_source_reconciliation "
        "where raw_table = 'contract_lines' group by all",
    )
    assert dict(outcomes) == book.outcomes
    assert dict(ask(company, "select account_id, lifecycle_stage from dim_accounts")) == book.stages
    offers = ask(company, "select distinct offer_class from fct_upsell_opportunities")
    assert {row[0] for row in offers} == book.offers


@pytest.mark.slow
@EVERY
def test_the_summary_says_what_is_special(companies: dict[str, Company], name: str) -> None:
    company = companies[name]
    headline = measure_headline(company.database, company.database)
    manifest = {"headline": headline, "as_of_date": BOOKS[name].as_of}
    console = Console(file=StringIO(), width=120)
    print_summary(Run("r", company.home, manifest), company.home, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    block = re.search(r"^Book +(.*\n(?: +.*\n)*)", shown, flags=re.MULTILINE)
    assert block is not None, shown
    assert tuple(line.strip() for line in block[1].splitlines()) == BOOKS[name].said


USUAL = {
    "newest_month": "2024-08-01",
    "months": 20,
    "last_month": "2024-08-01",
    "is_unbilled": False,
    "first_start": "2023-01-01",
    "next_start": None,
    "accounts": 2,
    "products": 2,
    "plans": 1,
}
NO_MONTH = {"newest_month": None, "months": 0, "last_month": None, "accounts": 0}


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({}, []),
        # A signed contract is nothing special as long as others are in force.
        ({"next_start": "2024-11-01"}, []),
        (
            NO_MONTH | {"first_start": "2024-09-01"},
            ["nothing is in force yet: the first contract starts in September 2024"],
        ),
        (
            NO_MONTH | {"first_start": "2024-08-01"},
            ["no month is complete yet: the first contract starts in August 2024"],
        ),
        (NO_MONTH | {"first_start": None}, ["no contract line could be used"]),
        (
            {"last_month": "2024-03-01", "next_start": "2024-11-01"},
            [
                "the book ended: no paid contract has been in force since March 2024; "
                "the next contract starts in November 2024"
            ],
        ),
        (
            {"last_month": None, "accounts": 0},
            ["nobody has paid for a recurring contract at a month-end yet"],
        ),
        (
            {"last_month": None, "accounts": 0, "is_unbilled": True},
            ["nothing has been billed at any month-end: what is in force is paused or free"],
        ),
    ],
)
def test_sentences(different: dict[str, Any], said: list[str]) -> None:
    assert book_sentences(USUAL | different, "2024-08-15") == said
