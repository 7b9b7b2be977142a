"""Product affinity against a count by hand."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations

import duckdb
import pytest

from builds import PROJECT
from macro_sql import MacroSql

PRODUCTS = "ABCDEFGH"
MONTHS = [date(2025, month, 1) for month in range(1, 9)]
ACCOUNTS = 250
# What holders of P and Q are made to be, per month: both, P alone, Q alone.
PLANTED = [
    (8, 2, 0),  # 80 % exactly
    (7, 2, 0),  # just below
    (5, 0, 0),  # 2 % of 250 and five, both exactly
    (4, 0, 0),  # one less
    (80, 20, 110),  # 80 % exactly, but the other one is everywhere
    (80, 20, 90),
    (40, 10, 40),
    (39, 10, 0),
]

Pair = tuple[date, str, str]
Counts = tuple[int, int, int, int, bool]


def random_baskets(chance: random.Random) -> dict[tuple[date, str], set[str]]:
    """Two thousand baskets, eight months of 250 accounts, with two planted products each month."""
    found = {}
    for month, (both, only_p, only_q) in zip(MONTHS, PLANTED, strict=True):
        planted = [{"P", "Q"}] * both + [{"P"}] * only_p + [{"Q"}] * only_q
        planted += [set()] * (ACCOUNTS - len(planted))
        chance.shuffle(planted)
        for number, extra in enumerate(planted):
            drawn = {product for product in PRODUCTS if chance.random() < 0.15}
            # Products that follow one another by choice, more or less often.
            if "A" in drawn and chance.random() < 0.8:
                drawn.add("B")
            if "C" in drawn and chance.random() < 0.9:
                drawn.add("D")
            found[month, f"N{number}"] = (drawn | extra) or {"H"}
    return found


def counted_by_hand(baskets: dict[tuple[date, str], set[str]]) -> dict[Pair, Counts]:
    """Every ordered pair of products that some basket holds, counted one by one."""
    found = {}
    for month in MONTHS:
        here = [basket for (day, _), basket in baskets.items() if day == month]
        for one, other in permutations("ABCDEFGHPQ", 2):
            both = sum(one in basket and other in basket for basket in here)
            if both:
                with_one = sum(one in basket for basket in here)
                with_other = sum(other in basket for basket in here)
                is_rule = belong_together(len(here), with_one, with_other, both)
                found[month, one, other] = (len(here), with_one, with_other, both, is_rule)
    return found


def belong_together(n: int, with_one: int, with_other: int, both: int) -> bool:
    """specification/rfm-and-affinity.md#4.4 in exact fractions.

    Only the root of the Wilson bound is a decimal.
    """
    confidence = Fraction(both, with_one)
    return (
        n >= 50
        and both >= 5
        and Fraction(both, n) >= Fraction(2, 100)
        and confidence >= Fraction(8, 10)
        and wilson_low(both, with_one) * n / with_other > 1
    )


def wilson_low(hits: int, trials: int) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        z, share, n = Decimal("1.96"), Decimal(hits) / trials, Decimal(trials)
        root = (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
        return (share + z * z / (2 * n) - z * root) / (1 + z * z / n)


def computed(baskets: dict[tuple[date, str], set[str]]) -> dict[Pair, tuple[object, ...]]:
    """What the project's own models make of the same baskets."""
    sql = MacroSql("duckdb")
    with duckdb.connect() as con:
        con.execute(
            "create table int_product_baskets (month date, account_id text, product_id text)"
        )
        con.executemany(
            "insert into int_product_baskets values (?, ?, ?)",
            [(*key, product) for key, basket in baskets.items() for product in sorted(basket)],
        )
        con.execute(
            "create table int_available_products as select distinct month, product_id, "
            "null::text as successor_product_id, false as is_replaced from int_product_baskets"
        )
        con.execute(
            "create table int_product_prerequisites (product_id text, prerequisite_id text)"
        )
        con.execute(f"create table affinity_rules as from '{PROJECT}/seeds/affinity_rules.csv'")
        con.execute(
            "create table int_product_affinity as "
            + sql.model("intermediate/affinity/int_product_affinity.sql")
        )
        rows = con.execute(
            "select month, antecedent, consequent, n, n_antecedent, n_consequent, n_both, is_rule, "
            "confidence_low from int_product_affinity"
        ).fetchall()
    return {row[:3]: row[3:] for row in rows}


def test_two_thousand_baskets_counted_by_hand() -> None:
    baskets = random_baskets(random.Random(20260630))
    assert len(baskets) == 2_000
    expected, found = counted_by_hand(baskets), computed(baskets)
    assert {pair: row[:5] for pair, row in found.items()} == expected
    for pair, row in found.items():
        assert row[5] == pytest.approx(float(wilson_low(expected[pair][3], expected[pair][1])))
    # The planted pairs stand on the thresholds and beside them, in both directions.
    assert [expected[month, "P", "Q"][4] for month in MONTHS] == [
        True, False, True, False, False, True, True, False,
    ]  # fmt: skip
    assert 20 < sum(row[4] for row in expected.values()) < len(expected) / 2
