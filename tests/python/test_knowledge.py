"""What a build knows: a closed month built again (E93), an earlier day asked for (E94), a month
that is not over (E29), and a rate that nobody set (E53)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from builds import ask, try_dbt
from engine import Engine
from ledger_build import Workshop, fingerprint
from oracle.builders import book_of, line
from oracle.rows import Account, Book, ContractLine
from oracle.settings import Settings

pytestmark = pytest.mark.slow

ACCOUNTS = [Account(name, industry=name) for name in ("STEADY", "CUT", "LATE", "NEWS")]
APRIL = "month = date '2025-04-01'"
AS_REPORTED = f"{APRIL} and basis = 'as_reported'"


def contract(account: str, price: int, **columns: str) -> ContractLine:
    """A version of an account's only line, 100,000 a month since April 2024."""
    start = columns.pop("start", "2024-04-01")
    return line(f"L-{account}", price, start, account=account, **columns)


# Recorded before April closed on 8 May; the cut on the very day of the close.
BY_THE_CLOSE = [
    contract("STEADY", 100000, recorded_at="2024-04-01"),
    contract("CUT", 100000, recorded_at="2024-04-01"),
    contract("CUT", 50000, effective_from="2025-04-10", recorded_at="2025-05-08"),
    contract("LATE", 100000, recorded_at="2024-04-01"),
]
AFTER_THE_CLOSE = [
    contract("LATE", 130000, effective_from="2025-04-01", recorded_at="2025-06-10"),
    contract("NEWS", 70000, start="2025-04-15", recorded_at="2025-06-20"),
]


def book(*versions: ContractLine) -> Book:
    """A raw folder of these versions; every account is known from the beginning."""
    return book_of(*versions, accounts=ACCOUNTS)


def until(day: str) -> list[ContractLine]:
    """What had been recorded by the end of a day."""
    return [row for row in (*BY_THE_CLOSE, *AFTER_THE_CLOSE) if str(row.recorded_at) <= day]


@dataclass(frozen=True)
class Builds:
    """The same company, built on several days."""

    on_7_may: Path
    on_31_may: Path
    on_1_july: Path
    as_known_on_7_may: Path


@pytest.fixture(scope="module")
def workshop(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(engine, tmp_path_factory.mktemp("knowledge"))


@pytest.fixture(scope="module")
def builds(workshop: Workshop) -> Builds:
    def build(name: str, as_of: date, recorded_until: str, **known: str) -> Path:
        rows = book(*until(recorded_until))
        return workshop.build(name, rows, Settings(as_of_date=as_of), **known)

    return Builds(
        on_7_may=build("on_7_may", date(2025, 5, 7), "2025-05-07"),
        on_31_may=build("on_31_may", date(2025, 5, 31), "2025-05-31"),
        on_1_july=build("on_1_july", date(2025, 7, 1), "2025-07-01"),
        as_known_on_7_may=build("as_known", date(2025, 7, 1), "2025-07-01", known_at="2025-05-07"),
    )


def nrr(database: Path, segment: str, basis: str) -> float:
    """NRR of April over one month, of one account."""
    ((found,),) = ask(
        database,
        f"select max(nrr) from kpi_nrr where {APRIL} and basis = '{basis}' "
        f"and retention_window = '1m' and segment_type = 'industry' and segment = '{segment}'",
    )
    return float(found)


def test_e93_a_closed_month_built_again_with_more_rows_is_the_same(builds: Builds) -> None:
    assert fingerprint(builds.on_1_july, AS_REPORTED) == fingerprint(builds.on_31_may, AS_REPORTED)
    restated = f"{APRIL} and basis = 'restated'"
    before, after = (fingerprint(x, restated) for x in (builds.on_31_may, builds.on_1_july))
    assert [mart for mart in before if before[mart] == after[mart]] == []
    assert nrr(builds.on_31_may, "LATE", "restated") == 1.0
    assert nrr(builds.on_1_july, "LATE", "restated") == 1.3


def test_e94_what_was_known_on_a_day_is_what_a_build_on_that_day_published(builds: Builds) -> None:
    for basis in ("restated", "as_reported"):
        condition = f"month <= date '2025-04-01' and basis = '{basis}'"
        asked = fingerprint(builds.as_known_on_7_may, condition)
        assert asked == fingerprint(builds.on_7_may, condition)


def test_e94_it_is_as_reported_unless_something_was_recorded_until_the_close(
    builds: Builds,
) -> None:
    asked = {x: nrr(builds.as_known_on_7_may, x, "restated") for x in ("STEADY", "LATE", "CUT")}
    reported = {x: nrr(builds.on_1_july, x, "as_reported") for x in asked}
    assert asked == {"STEADY": 1.0, "LATE": 1.0, "CUT": 1.0}
    assert reported == {"STEADY": 1.0, "LATE": 1.0, "CUT": 0.5}


def test_e29_a_month_that_is_not_over_has_no_balance(builds: Builds) -> None:
    for database, last in ((builds.on_7_may, (4, 4)), (builds.on_1_july, (6, 6))):
        for mart in ("fct_mrr", "kpi_nrr"):
            months = ask(database, f"select month(max(month)) from {mart} group by basis")
            assert tuple(month for (month,) in months) == last


def test_e53_a_currency_without_a_rate_stops_the_build(workshop: Workshop) -> None:
    pounds = line("L", 1000, "2025-01-01", account="A", currency="GBP")
    settings = Settings(as_of_date=date(2025, 3, 31))
    company = workshop.company("pounds", book_of(pounds), settings)
    rule = "one_budget_rate_per_currency_and_year"
    selected = ("--select", f"+{rule}", "--exclude-resource-type", "unit_test")
    done = try_dbt(company, company.home, "build", *selected)
    assert not done.success
    assert f"in test {rule} " in done.text
    assert done.text.count("FAIL") == 2
