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
from decimal import Decimal
from fractions import Fraction
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
    good: list[dict[str, object]] = []
    if parquet.stem in odd_rows.GOOD_ROWS:
        good += [dict(row) for row in odd_rows.GOOD_ROWS[parquet.stem]]
    else:
        with duckdb.connect() as connection:
            found = connection.execute(f"select * from '{parquet}'")
            names = [column[0] for column in found.description or []]
            good += [dict(zip(names, row, strict=True)) for row in found.fetchall()]
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
    parts = {
        "usage_meters": ("account_id", "meter"),
        "usage_daily": ("account_id", "feature_key"),
        "account_attributes": ("account_id", "attribute"),
        "experiments": ("experiment_id", "variant"),
        "budgets": ("metric", "segment_type", "segment"),
    }
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
            kept = [name for name in names if name not in odd_rows.COMPARING.get(model.name, ())]
            both = [
                f"select {', '.join(kept)} from {side}.{model.relation} "
                f"where account_id not like 'ODD-%'{odd_rows.TOUCHED.get(model.name, '')}"
                for side in ("good", "odd")
            ]
            counts = connection.execute(
                f"select (select count(*) from ({both[0]} except all {both[1]})), "
                f"(select count(*) from ({both[1]} except all {both[0]})), "
                f"(select count(*) from ({both[0]}))"
            ).fetchone()
            assert counts is not None
            cells += counts[2] * len(kept)
            if counts[:2] != (0, 0):
                different[model.name] = counts
    assert different == {}
    assert cells > 500_000


def test_a_refused_row_closes_the_guard_of_its_account_alone(pair: Pair) -> None:
    """An invoice that nobody can read may be one that nobody paid."""
    closed = "select distinct account_id, first_refused_row from main.fct_upsell_opportunities"
    found = ask(pair.odd.database, f"{closed} where first_refused_row is not null")
    assert [row for row in found if not row[0].startswith("ODD-")] == [
        ("A000001", "invoices ODD-AMOUNTS")
    ]
    assert ask(pair.good.database, f"{closed} where first_refused_row is not null") == []


# ---- what compares accounts, and what they come to ----


@pytest.mark.parametrize("side", ["good", "odd"])
def test_the_bridge_is_the_sum_of_the_accounts(pair: Pair, side: str) -> None:
    company: Company = getattr(pair, side)
    steps = [
        *("opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr"),
        *("reactivation_mrr", "fx_mrr", "merge_mrr", "prior_period_mrr", "closing_mrr"),
    ]
    added: dict[tuple[str, date], list[Any]] = {}
    names = ", ".join(steps)
    for basis, month, *values in ask(
        company.database, f"select basis, month, {names} from fct_mrr_movements"
    ):
        total = added.setdefault((basis, month), [0] * (len(steps) + 1))
        for place, value in enumerate([*values, values[-1] > 0]):
            total[place] += value
    told = ask(
        company.database,
        f"select basis, month, {names}, paying_accounts from kpi_mrr_bridge "
        "where segment_type = 'all'",
    )
    assert {(basis, month): values for basis, month, *values in told} == added


@pytest.mark.parametrize(("window", "months"), [("1m", 1), ("3m", 3), ("12m", 12)])
def test_retention_moves_by_the_odd_accounts_alone(pair: Pair, window: str, months: int) -> None:
    """They pay in the reporting currency, so that no rate is between the two ends."""
    sql = (
        "select basis, month, opening_mrr, closing_mrr, kept_mrr, opening_accounts from kpi_nrr "
        f"where segment_type = 'all' and retention_window = '{window}'"
    )
    balances = {
        (basis, account, month.year * 12 + month.month): mrr
        for basis, account, month, mrr in ask(
            pair.odd.database,
            "select basis, account_id, month, closing_mrr from fct_mrr_movements "
            "where account_id like 'ODD-%' and closing_mrr > 0",
        )
    }
    assert len({account for _, account, _ in balances}) == len(odd_rows.ODD_ACCOUNTS)
    before = {tuple(row[:2]): row[2:] for row in ask(pair.good.database, sql)}
    after = {tuple(row[:2]): row[2:] for row in ask(pair.odd.database, sql)}
    expected = {}
    for (basis, month), values in before.items():
        total = list(values)
        place = month.year * 12 + month.month
        for (on, account, at), mrr in balances.items():
            if (on, at) == (basis, place - months):
                left = balances.get((basis, account, place), 0)
                for which, more in enumerate((mrr, left, min(mrr, left), 1)):
                    total[which] += more
        expected[basis, month] = tuple(total)
    assert after == expected
    assert after != before


def test_scores_by_quantile_are_those_of_the_accounts_that_are_there(pair: Pair) -> None:
    measures = {"r": "recency_days", "f": "frequency", "m": "monetary"}
    rows = ask(
        pair.odd.database,
        "select month, rfm_basis, recency_days, frequency, monetary, quantile_r_score, "
        "quantile_f_score, quantile_m_score from fct_rfm",
    )
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for month, basis, *values in rows:
        groups.setdefault((month, basis), []).append(values)
    for place, letter in enumerate(measures):
        for members in groups.values():
            known = sorted(Fraction(row[place]) for row in members if row[place] is not None)
            cuts = [quantile(known, Fraction(part, 5)) for part in range(1, 5)] if known else []
            for row in members:
                assert row[3 + place] == score(letter, row[place], cuts), (letter, row)


def score(letter: str, value: Decimal | None, cuts: Sequence[Fraction]) -> int | None:
    """1 to 5, by how many cut points lie below."""
    if value is None:
        return 1 if letter == "r" else None
    if letter == "m" and value <= 0:
        return 1
    below = sum(cut < Fraction(value) for cut in cuts)
    return 5 - below if letter == "r" else 1 + below


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The type-7 quantile of values in order."""
    whole, rest = divmod(share * (len(ordered) - 1), 1)
    low = ordered[int(whole)]
    return low + rest * (ordered[min(int(whole) + 1, len(ordered) - 1)] - low)


def test_ranks_are_those_of_the_accounts_that_are_there(pair: Pair) -> None:
    tiers = ask(
        pair.odd.database,
        "select month, t12m_net_billings, billings_rank, ranked_accounts, is_best_by_billings, "
        "active_days, active_days_cut from fct_customer_tiers",
    )
    months: dict[date, list[Any]] = {}
    for month, *values in tiers:
        months.setdefault(month, []).append(values)
    for members in months.values():
        billed = [row[0] for row in members if row[0] is not None and row[0] > 0]
        active = sorted(Fraction(row[4]) for row in members if row[4] is not None)
        cut = quantile(active, Fraction(3, 5)) if active else None
        for net, rank, ranked, is_best, _, active_cut in members:
            if active_cut is not None:
                assert cut is not None and Fraction(active_cut) == cut
            if net is None or net <= 0:
                assert rank is None
                continue
            assert (rank, ranked) == (1 + sum(other > net for other in billed), len(billed))
            assert is_best == (rank <= max(1, len(billed) // 10))
    segments = Counter(
        ask(
            pair.odd.database,
            "select month, rfm_basis, rfm_segment, monetary, monetary_rank_in_segment "
            "from fct_rfm where monetary is not null",
        )
    )
    for (month, basis, segment, monetary, rank), _ in segments.items():
        better = sum(
            times
            for (on, of, within, other, _), times in segments.items()
            if (on, of, within) == (month, basis, segment) and other > monetary
        )
        assert rank == 1 + better
