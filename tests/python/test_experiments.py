"""Experiments: the worked numbers of the specification, and the registered functions."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from typing import Any

import duckdb
import pytest
from scipy.stats import norm

from builds import PROJECT
from expansion_warehouse.engine import statistics
from expansion_warehouse.engine.statistics import register_on_duckdb
from macro_sql import MacroSql

Arms = list[tuple[int, int]]


def compared(*experiments: Arms) -> list[dict[str, Any]]:
    """Rows of `int_experiment_tests` for experiments given as (wins, accounts), control first."""
    return modelled("int_experiment_tests", "experiment_id, variant", *experiments)


def modelled(model: str, order: str, *experiments: Arms) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        register_on_duckdb(con)
        con.execute(
            "create table experiment_rules as select rule, value::decimal(9, 4) as value "
            f"from '{PROJECT}/seeds/experiment_rules.csv'"
        )
        con.execute(
            "create table int_experiment_arms (experiment_id integer, variant integer, "
            "accounts integer, wins integer, is_control boolean, is_reference boolean, "
            "planned_share decimal(7, 6))"
        )
        con.executemany(
            "insert into int_experiment_arms values (?, ?, ?, ?, ?, ?, ?)",
            [
                (number, place, accounts, wins, place == 0, place == 0, 1 / len(arms))
                for number, arms in enumerate(experiments)
                for place, (wins, accounts) in enumerate(arms)
            ],
        )
        found = con.execute(
            f"select * from ({MacroSql('duckdb').model(f'intermediate/experiments/{model}.sql')}) "
            f"order by {order}"
        )
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_worked_comparisons() -> None:
    large, small, tiny = compared(
        [(100, 500), (130, 500)], [(20, 100), (26, 100)], [(3, 20), (6, 20)]
    )
    assert (large["test"], round(large["z"], 4), round(large["p_value"], 4)) == (
        "z",
        2.2543,
        0.0242,
    )
    assert round(large["lift"], 12) == 0.06
    interval = [round(100 * large[bound], 2) for bound in ("ci_low", "ci_high")]
    assert interval == [0.78, 11.18]
    assert (round(small["z"], 4), round(small["p_value"], 3)) == (1.0082, 0.313)
    assert tiny["test"] == "fisher"


def test_worked_fisher_tests() -> None:
    large = statistics.fisher_p(100, 400, 130, 370)
    small = statistics.fisher_p(3, 17, 8, 12)
    assert large is not None and round(large, 4) == 0.0292
    assert small is not None and round(small, 3) == 0.155
    # The z test would have said 0.077 there.
    [row] = compared([(3, 20), (8, 20)])
    assert (round(row["z"], 2), round(row["p_value"], 3)) == (1.77, 0.077)


@pytest.mark.parametrize(
    ("accounts", "p_value"),
    [((502, 498), 0.899), ((540, 460), 0.0114), ((5_150, 4_850), 0.0027), ((600, 400), 3e-10)],
)
def test_worked_splits(accounts: tuple[int, int], p_value: float) -> None:
    [row] = modelled("int_experiment_splits", "all", [(0, number) for number in accounts])
    digits = 10 if p_value < 1e-6 else len(str(p_value)) - 2
    assert round(row["srm_p_value"], digits) == p_value


@pytest.mark.parametrize(
    ("rate", "other_rate", "accounts"),
    [(0.20, 0.25, 1_094), (0.20, 0.30, 294), (0.05, 0.08, 1_059), (0.10, 0.15, 686)],
)
def test_worked_sizes(rate: float, other_rate: float, accounts: int) -> None:
    assert statistics.accounts_per_arm(rate, other_rate, 0.05, 0.8) == accounts
    # The other way round: so many accounts find this lift, and one fewer does not.
    enough = statistics.detectable_lift(rate, accounts, accounts, 0.05, 0.8)
    short = statistics.detectable_lift(rate, accounts - 1, accounts - 1, 0.05, 0.8)
    assert enough is not None and short is not None
    assert enough <= other_rate - rate < short


def test_size_and_lift_agree_for_any_rates() -> None:
    chance = random.Random(20260630)
    for _ in range(200):
        rate, accounts = chance.uniform(0.01, 0.6), chance.randint(30, 5_000)
        lift = statistics.detectable_lift(rate, accounts, accounts, 0.05, 0.8)
        assert lift is not None
        assert statistics.accounts_per_arm(rate, rate + lift + 1e-9, 0.05, 0.8) == accounts


def test_lift_has_its_power_in_simulation() -> None:
    """An approximation: of 2,000 simulated experiments about 80 % find the detectable lift."""
    chance = random.Random(20260630)
    rate, accounts, other_accounts = 0.2, 200, 300
    lift = statistics.detectable_lift(rate, accounts, other_accounts, 0.05, 0.8)
    assert lift is not None
    found = 0
    for _ in range(2_000):
        wins = sum(chance.random() < rate for _ in range(accounts))
        other = sum(chance.random() < rate + lift for _ in range(other_accounts))
        pooled = (wins + other) / (accounts + other_accounts)
        error = math.sqrt(pooled * (1 - pooled) * (1 / accounts + 1 / other_accounts))
        found += abs(other / other_accounts - wins / accounts) / error > norm.ppf(0.975)
    assert 0.77 < found / 2_000 < 0.83


def test_functions_take_null_and_nothing_to_find() -> None:
    with duckdb.connect() as con:
        register_on_duckdb(con)
        row = con.execute(
            "select two_sided_p(null), normal_quantile(null), chi_square_p(1, 0), "
            "chi_square_p(null, 1), fisher_p(null, 1, 1, 1), "
            "accounts_per_arm(0.2, 0.2, 0.05, 0.8), accounts_per_arm(0.98, 1.03, 0.05, 0.8), "
            "detectable_lift(0.2, 2, 2, 0.05, 0.8), "
            "detectable_lift(1, 100, 100, 0.05, 0.8), detectable_lift(0.2, 0, 9, 0.05, 0.8)"
        ).fetchone()
    assert row == (None,) * 10


def test_a_connection_does_not_import_scipy() -> None:
    """It takes a second or two, and most builds never ask for it."""
    code = (
        "import sys, duckdb\n"
        "from expansion_warehouse.plugin import Plugin\n"
        "Plugin.configure_connection(None, duckdb.connect())\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'scipy']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
