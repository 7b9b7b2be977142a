"""RFM scores against the rules themselves, written down again in exact fractions.

`package` repeats what the R package `rfm` does: from the quantiles of a measure it makes the lower
and upper bounds of five bins, every inner one moved up by 1, and assigns a score bin by bin, lower
bound included. Recency gets the scores in reverse.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import duckdb
import pytest

from builds import PROJECT
from macro_sql import MacroSql

CUSTOMERS = 10_000
MONTH = date(2025, 6, 1)
BINS = 5
MEASURES = ("recency", "frequency", "monetary")
MODELS = ("int_rfm_values", "int_rfm_cut_points", "int_rfm_spreads", "int_rfm_scores")

Customer = tuple[int, int, Decimal]
Rule = Callable[[Sequence[Fraction]], list[int]]


def customers(chance: random.Random) -> list[Customer]:
    """Ten thousand customers who share few values: days, numbers of orders, catalogue prices."""
    days = [1, 1, 2, 2, 3, 7, 30, 30, 31, 90, 181, 365]
    prices = [Decimal("0"), Decimal("0.99"), Decimal("1.99"), Decimal("9.99"), Decimal("10.99")]
    found = []
    for _ in range(CUSTOMERS):
        orders = min(chance.choice([1, 1, 1, 2, 2, 3, 4, 6, 12]), chance.randint(1, 12))
        amount = orders * chance.choice(prices)
        if chance.random() < 0.2:
            amount += Decimal(chance.randint(0, 5_000)) / 100
        recency = chance.choice(days) if chance.random() < 0.9 else chance.randint(0, 400)
        found.append((recency, orders, amount))
    return found


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """R's default, type 7."""
    place = share * (len(ordered) - 1)
    lower = floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (place - lower) * (ordered[upper] - ordered[lower])


def package_scores(values: Sequence[Fraction]) -> list[int]:
    """Bins as the R package makes them, later ones overwriting earlier ones as its loop does."""
    ordered = sorted(values)
    inner = [quantile(ordered, Fraction(number, BINS)) + 1 for number in range(1, BINS)]
    lower_bounds = [ordered[0], *inner]
    upper_bounds = [*inner, ordered[-1] + 1]
    scores = [0] * len(values)
    for score, (low, high) in enumerate(zip(lower_bounds, upper_bounds, strict=True), start=1):
        for place, value in enumerate(values):
            if low <= value < high:
                scores[place] = score
    return scores


def strict_scores(values: Sequence[Fraction]) -> list[int]:
    """One more than the quantiles that lie strictly below."""
    ordered = sorted(values)
    cuts = [quantile(ordered, Fraction(number, BINS)) for number in range(1, BINS)]
    return [1 + sum(cut < value for cut in cuts) for value in values]


def expected(found: Sequence[Customer], rule: Rule) -> list[tuple[int, int, int]]:
    recency, frequency, monetary = (
        rule([Fraction(customer[place]) for customer in found]) for place in range(3)
    )
    return [(BINS + 1 - r, f, m) for r, f, m in zip(recency, frequency, monetary, strict=True)]


def computed(found: Sequence[Customer], mode: str) -> list[tuple[int, int, int]]:
    """What the project's own models make of the same customers."""
    sql = MacroSql("duckdb", {"rfm_mode": mode, "reporting_currency": "JPY"})
    with duckdb.connect() as con:
        con.execute(
            "create table customers (account_id integer, recency_days integer, frequency integer, "
            "monetary decimal(18, 2))"
        )
        rows = ", ".join(
            f"({number}, {recency}, {frequency}, {monetary})"
            for number, (recency, frequency, monetary) in enumerate(found)
        )
        con.execute(f"insert into customers values {rows}")
        con.execute(
            f"create table int_rfm_measures as select *, date '{MONTH}' as month, "
            "'billing' as rfm_basis from customers"
        )
        for seed in ("rfm_cut_points", "rfm_rules", "rfm_thresholds"):
            con.execute(f"create table {seed} as from '{PROJECT}/seeds/{seed}.csv'")
        for model in MODELS:
            con.execute(f"create table {model} as {sql.model(f'intermediate/rfm/{model}.sql')}")
        scores = ", ".join(
            f"max(quantile_score) filter (measure = '{measure}')" for measure in MEASURES
        )
        return con.execute(
            f"select {scores} from int_rfm_scores group by account_id order by account_id"
        ).fetchall()


@pytest.mark.parametrize(("mode", "rule"), [("package", package_scores), ("strict", strict_scores)])
def test_all_three_scores_of_ten_thousand_customers(mode: str, rule: Rule) -> None:
    found = customers(random.Random(20260630))
    wanted = expected(found, rule)
    assert computed(found, mode) == wanted
    # Heavy ties: a few values stand for most customers, and yet every score occurs.
    assert [
        sum(n for _, n in Counter(column).most_common(5)) > CUSTOMERS / 3
        for column in zip(*found, strict=True)
    ] == [True, True, True]
    assert max(len(set(column)) for column in zip(*wanted, strict=True)) == BINS


def test_the_two_modes_differ() -> None:
    found = customers(random.Random(20260630))
    assert expected(found, package_scores) != expected(found, strict_scores)
