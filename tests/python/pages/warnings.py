"""Every warning that a run can bring: of its settings, of both gates, of the tests of models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.gates.mart_suite import MartBaseline, mart_checks
from expansion_warehouse.gates.raw_suite import RawProfile, raw_checks
from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.settings import Settings

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests/singular"
AS_OF = date(2026, 6, 30)
FOUND = (
    *("1 row", "1,250 rows", "1 row, e.g. refused_lines 13", "17 rows, e.g. account_id E48"),
    *("6 of 1,648 rows (0.9 %)", "6 of 648 rows (0.9 %), e.g. E48, E49"),
)


def names_that_warn(folder: str) -> list[str]:
    """The names of dbt's tests of a folder that only warn."""
    return sorted(
        file.stem
        for file in (TESTS / folder).glob("*.sql")
        if "severity='warn'" in file.read_text("utf-8")
    )


def expectations() -> Iterator[str]:
    """What the gates expect and only warn of, in every form."""
    contract = read_contract(ROOT)
    rows = {table.name: 1_000 for table in contract}
    profile = RawProfile(rows, 1_000.0, ("EUR", "JPY"))
    baseline = {"rows": rows, "typical_price": 1_000.0}
    names = ("fct_mrr", "kpi_nrr", "kpi_mrr_bridge", "dq_quarantine", "dim_months")
    marts = [Mart(name, "marts", name, (), "", {"refused_mrr": ""}) for name in names]
    published = MartBaseline("20260601T000000Z-abc", {"fct_mrr": 9_000}, (("restated", "x", "1"),))
    checks = [
        *raw_checks(
            contract, profile, as_of_date=AS_OF, baseline=baseline, reporting_currency="JPY"
        ),
        *(
            check
            for use in ("usage_events", "usage_daily")
            for check in raw_checks(
                [], RawProfile({use: 9}, None, ()), as_of_date=AS_OF, baseline=None,
                reporting_currency="JPY",
            )
        ),
        *mart_checks(marts, {}, published),
    ]  # fmt: skip
    yield from (check.description for check in checks if check.severity == "warning")
    described = yaml.safe_load((TESTS / "published/_published.yml").read_text("utf-8"))
    yield from (
        " ".join(test["description"].split())
        for test in described["data_tests"]
        if test["name"] in names_that_warn("published")
    )


def warning_texts() -> list[str]:
    """Every sentence of a warning once, with the forms of what was found."""
    notices = [
        f"{name} {field.deprecated}"
        for name, field in Settings.model_fields.items()
        if field.deprecated
    ]
    # Columns of one kind differ by their names alone.
    by_kind: dict[str, str] = {}
    for text in [*expectations(), *notices]:
        by_kind.setdefault(re.sub(r"^\w+(?= lies)", "column", text), text)
    return [*by_kind.values(), *FOUND]
