"""One row of each odd kind among 300 good accounts: published, named, and nothing else moves.

The good accounts are an ordinary sample company. Their marts are compared cell by cell with those
of a build without the odd rows, but for columns that compare accounts with each other; those, and
what the company comes to, are computed anew here.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import odd_rows
from builds import PROJECT, Company, ask
from engine import Engine
from expansion_warehouse.environment import Places
from expansion_warehouse.gates.checks import GateWorker
from expansion_warehouse.gates.raw_suite import measure_raw, raw_checks
from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.sample import SampleOptions, write_sample

pytestmark = pytest.mark.slow

CONTRACT = {
    table.name: [column.name for column in table.columns] for table in read_contract(PROJECT)
}
AS_OF = date(2026, 6, 30)

# Columns of marts by account that depend on other accounts too: ranks, quantiles, peers, win rates.
COMPARING: Mapping[str, Sequence[str]] = {
    "fct_rfm": (
        *("r_score", "f_score", "m_score", "rfm_code", "rfm_segment", "monetary_rank_in_segment"),
        *("quantile_r_score", "quantile_f_score", "quantile_m_score", "fixed_measures"),
    ),
    "fct_customer_tiers": (
        *("customer_tier", "is_potential_by_plan", "active_days_cut"),
        *("is_best_by_billings", "billings_rank", "ranked_accounts"),
    ),
    "fct_proposals": ("customer_tier",),
}


@dataclass(frozen=True)
class Pair:
    """The good accounts alone, and with the odd rows beside them."""

    good: Company
    odd: Company


@pytest.fixture(scope="module")
def pair(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("odd")
    sample = folder / "sample"
    write_sample(SampleOptions(target=sample, accounts=300, months=24, events=6_000))
    extra = odd_rows.rows_by_table()
    companies = []
    for name, rows in (("good", {}), ("odd", extra)):
        raw = folder / name / "raw"
        raw.mkdir(parents=True)
        (raw / "settings.yml").write_bytes((sample / "settings.yml").read_bytes())
        for table in CONTRACT:
            write_table(sample / f"{table}.parquet", raw / f"{table}.csv", rows.get(table, []))
        companies.append(engine.build(Company(raw, folder / name / "home")))
    return Pair(*companies)


def write_table(parquet: Path, target: Path, extra: Sequence[odd_rows.Row]) -> None:
    """A table of the sample as CSV with every column of the contract, and the odd rows after it."""
    columns = CONTRACT[parquet.stem]
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from '{parquet}'")
        names = [column[0] for column in found.description or []]
        good = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(good)
        writer.writerows(extra)


# ---- what a person is told ----


def test_there_are_kinds_of_every_table() -> None:
    kinds = odd_rows.kinds()
    assert len(kinds) >= 60
    assert [kind for kind, times in Counter(odd.kind for odd in kinds).items() if times > 1] == []
    assert {odd.table for odd in kinds} == set(CONTRACT)


def test_no_row_stops_the_company(pair: Pair, engine: Engine) -> None:
    assert engine.failing_tests(pair.odd) == []


def test_the_raw_gate_lets_it_through(pair: Pair) -> None:
    contract = read_contract(PROJECT)
    profile = measure_raw(pair.odd.database, contract, "JPY")
    checks = raw_checks(
        contract, profile, as_of_date=AS_OF, baseline=None, reporting_currency="JPY"
    )
    places = Places(project=PROJECT, home=pair.odd.home, raw=pair.odd.raw)
    places.quality.mkdir(parents=True, exist_ok=True)
    report = GateWorker(places, "raw").run(checks)
    assert [result.line for result in report.errors] == []


def test_every_refused_row_is_named_with_its_remedy(pair: Pair) -> None:
    told = ask(
        pair.odd.database,
        "select raw_table, reason, column_name, value, explanation, remedy, row_json "
        "from dq_quarantine",
    )
    missing = {}
    for odd in odd_rows.REFUSED:
        for row in odd.rows:
            found = [
                (table, reason, column, value)
                for table, reason, column, value, explanation, remedy, row_json in told
                if table == odd.table
                and is_row(row, json.loads(row_json))
                and explanation
                and remedy
            ]
            said = (odd.table, odd.said, odd.column, row.get(odd.column) or None)
            if found != [said]:
                missing[odd.kind] = found
    assert missing == {}
    good = ask(pair.good.database, "select count(*) from dq_quarantine")
    rows = sum(len(odd.rows) for odd in odd_rows.REFUSED)
    assert len(told) - good[0][0] == rows


def is_row(row: odd_rows.Row, found: Mapping[str, str | None]) -> bool:
    """Whether the row as it came is this one."""
    return all((found.get(column) or "") == value for column, value in row.items())


def test_every_odd_row_that_counts_is_named_with_its_remedy(pair: Pair) -> None:
    columns = "raw_table, raw_key, reason, column_name, value"
    sql = f"select {columns} from dq_oddities where explanation <> '' and remedy <> ''"
    told = Counter(ask(pair.odd.database, sql))
    expected = Counter(
        (
            odd.table,
            key_of(odd.table, row),
            odd.said,
            odd.column,
            (row.get(odd.column) or "")[:200] or None,
        )
        for odd in odd_rows.ODDITIES
        for row in odd.rows
    )
    assert told - Counter(ask(pair.good.database, sql)) == expected


def key_of(table: str, row: odd_rows.Row) -> str:
    """The key that the warehouse shows."""
    parts = {"usage_meters": ("account_id", "meter"), "experiments": ("experiment_id", "variant")}
    return "|".join(row[column] for column in parts.get(table, (odd_rows.KEYS.get(table, ""),)))


def test_every_other_odd_row_is_named_by_a_warning(pair: Pair, engine: Engine) -> None:
    warnings = {test.name: test for test in engine.tests(pair.odd).tests if not test.is_error}
    for odd in odd_rows.WARNED:
        assert odd.said in warnings
        named = ask(
            pair.odd.database, f"select contract_line_id from intermediate.int_{odd.said}_lines"
        )
        assert [(row[odd.column],) for row in odd.rows] == named


# ---- what nobody notices ----


def test_the_marts_of_the_good_accounts_are_the_same(pair: Pair, engine: Engine) -> None:
    different = {}
    cells = 0
    with duckdb.connect() as connection:
        connection.execute(f"attach '{pair.good.database}' as good (read_only)")
        connection.execute(f"attach '{pair.odd.database}' as odd (read_only)")
        for model in engine.models(pair.odd).models:
            names = [name for name, _ in model.columns]
            if not model.relation.startswith("main.") or "account_id" not in names:
                continue
            if model.name.startswith("dq_"):
                continue
            kept = [name for name in names if name not in COMPARING.get(model.name, ())]
            both = [
                f"select {', '.join(kept)} from {side}.{model.relation} "
                "where account_id not like 'ODD-%'"
                for side in ("good", "odd")
            ]
            counts = connection.execute(
                f"select (select count(*) from ({both[0]} except all {both[1]})), "
                f"(select count(*) from ({both[1]} except all {both[0]})), "
                f"(select count(*) from ({both[0]}))"
            ).fetchone()
            assert counts is not None and counts[2] > 0, model.name
            cells += counts[2] * len(kept)
            if counts[:2] != (0, 0):
                different[model.name] = counts
    assert different == {}
    assert cells > 500_000
