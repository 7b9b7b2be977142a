"""The RavenStack company, imported and built: the figures that a finance check expects."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Company, ask, dbt, warehouse_on
from engine import Engine
from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.fit.book import read_book
from expansion_warehouse.fit.judge import fit_and_judge
from expansion_warehouse.fit.version import components_of
from expansion_warehouse.importers.importer import run_import
from test_ravenstack import SOURCE
from test_ravenstack import pytestmark as needs_ravenstack

pytestmark = [pytest.mark.slow, needs_ravenstack]

LAST_DAY = "2024-12-31"


@pytest.fixture(scope="module")
def company(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("ravenstack")
    run_import("ravenstack", SOURCE, folder / "raw")
    return engine.build(Company(folder / "raw", folder / "home"), as_of_date=LAST_DAY)


def rows(company: Company, query: str) -> list[tuple[Any, ...]]:
    return ask(company.database, query)


@pytest.mark.parametrize("gate", ["raw", "marts"])
def test_both_gates_are_passed(company: Company, gate: str) -> None:
    done = warehouse_on(company, "check", gate, "--as-of", LAST_DAY)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_data_test_holds(engine: Engine, company: Company) -> None:
    assert engine.failing_tests(company, as_of_date=LAST_DAY) == []


def test_closing_mrr_over_twenty_four_months(company: Company) -> None:
    query = (
        "select count(*), max_by(closing_mrr, month) from kpi_mrr_bridge "
        "where segment_type = 'all' and basis = 'restated'"
    )
    assert rows(company, query) == [(24, Decimal("10159608.00"))]


@pytest.mark.parametrize(
    ("window", "ratio", "expected"),
    [("12m", "nrr", 2.922709), ("1m", "nrr", 1.142080), ("1m", "grr", 0.980737)],
)
def test_retention(company: Company, window: str, ratio: str, expected: float) -> None:
    query = (
        f"select round({ratio}, 6) from kpi_nrr where month = '2024-12-01' "
        f"and retention_window = '{window}' and segment_type = 'all' and basis = 'restated'"
    )
    assert rows(company, query) == [(expected,)]


def test_every_line_and_its_money_is_accounted_for(company: Company) -> None:
    query = (
        "select outcome, reason, sum(row_count), sum(amount) from fct_source_reconciliation "
        "where raw_table = 'contract_lines' group by all order by all"
    )
    found = rows(company, query)
    assert [row[:3] for row in found] == [
        ("modelled", None, 4987),
        ("quarantined", "end_before_start", 13),
    ]
    with duckdb.connect() as connection:
        raw = connection.sql(
            f"select sum(quantity * unit_price) from '{company.raw}/contract_lines/*.parquet'"
        ).fetchall()
    assert sum(row[3] for row in found) == raw[0][0]


def test_nothing_is_found_in_health_where_nothing_is(company: Company) -> None:
    query = "select distinct health_band from fct_health_scores where health_band <> 'onboarding'"
    assert rows(company, query) == [("insufficient_data",)]


def test_the_track_record_of_no_score_is_no_verdict(company: Company) -> None:
    query = (
        "select horizon_days, accounts, events, auc, verdict, is_accepted from kpi_health_backtest "
        "where bucket_type = 'all' order by horizon_days"
    )
    assert rows(company, query) == [
        (90, 0, 0, None, "not_enough_events", False),
        (180, 0, 0, None, "not_enough_events", False),
    ]


def test_no_weights_are_fitted_to_nothing(company: Company) -> None:
    with open_read_only(company.database) as con:
        book = read_book(con, None)
    found = fit_and_judge(book, components_of(PROJECT / "seeds", book))
    assert found.verdict == "no_signal"


def test_random_features_do_not_belong_together(company: Company, tmp_path: Path) -> None:
    name = "features_that_are_used_together"
    dbt(company, tmp_path, "compile", "--select", name)
    [compiled] = (tmp_path / "target" / "compiled").rglob(f"{name}.sql")
    found = ask(company.database, compiled.read_text(encoding="utf-8"))
    # Forty features in ordered pairs, and not one of them is a rule in any month.
    assert len(found) == 40 * 39
    assert sum(row[3] for row in found) == 0
