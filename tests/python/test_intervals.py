"""Intervals of retention: the macros against NumPy, simulation and bootstrap."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import product

import duckdb
import numpy as np
import pytest

from builds import Company, ask
from interval_coverage import (
    PAGE,
    Books,
    Kind,
    Numbers,
    holding,
    intervals,
    logo_coverage,
    made_up,
    rules,
    simulated,
    unprotected,
)
from macro_sql import MacroSql

RULES = rules()
BOUNDS = ("nrr_low", "nrr_high", "grr_low", "grr_high")
# Kinds of books around the thresholds, and the worst of those that `make coverage` finds.
KINDS = tuple(
    Kind(accounts, share, "lognormal", churn, growth, lean)
    for accounts, share, (churn, growth, lean) in product(
        (10, 30, 100),
        (0.0, 0.24),
        (
            (0.0, "uneven", "none"),
            (0.01, "some", "none"),
            (0.1, "some", "large"),
            (0.3, "many", "large"),
        ),
    )
)


def sql_of_intervals(order: str = "") -> str:
    """The macros on a table `ends` of book, opening, closing, kept, is_retained."""
    macro = MacroSql("duckdb")
    columns = ", ".join(f"{value} as {rule}" for rule, value in RULES.items())
    return f"""
        with rules as (select {columns}),
        sums as (
            select book, cast(sum(opening_mrr) as decimal(19, 3)) as opening_mrr,
                cast(sum(closing_mrr) as decimal(19, 3)) as closing_mrr,
                cast(sum(kept_mrr) as decimal(19, 3)) as kept_mrr,
                cast(count(*) as integer) as opening_accounts,
                cast(count(*) filter (where closing_mrr > 0) as integer) as retained_accounts,
                {macro("interval_sums")}
            from (select * from ends {order}) group by book
        ),
        {macro("retention_intervals", "sums")}
        select {", ".join(BOUNDS)}, interval_note from intervals order by book
    """


def filled(books: Books) -> duckdb.DuckDBPyConnection:
    """A database with both ends of every account, in thousandths."""
    con = duckdb.connect()
    count, accounts = books.opening.shape
    book = np.repeat(np.arange(count), accounts)
    opening, closing = (ends.ravel() for ends in (books.opening, books.closing))
    con.execute(
        "create table given as select * from (select unnest($1) as book, unnest($2) as o, "
        "unnest($3) as c)",
        [book.tolist(), opening.tolist(), closing.tolist()],
    )
    con.execute(
        "create table ends as select book, cast(o as decimal(19, 3)) as opening_mrr, "
        "cast(c as decimal(19, 3)) as closing_mrr, "
        "least(opening_mrr, closing_mrr) as kept_mrr from given"
    )
    return con


def in_cents(books: Books) -> Books:
    """The same books in money."""
    return replace(
        books,
        opening=np.round(books.opening * 1000, 2) + 0.01,
        closing=np.round(books.closing * 1000, 2),
    )


@pytest.mark.parametrize("accounts", [3, 12, 60])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_macros_say_what_the_specification_says(accounts: int, share: float) -> None:
    made = made_up(np.random.default_rng(3), 50, accounts, share=share, growth="many")
    books = in_cents(made)
    said = intervals(books.opening, books.closing, RULES)
    found = filled(books).execute(sql_of_intervals()).fetchall()
    for place, name in enumerate(BOUNDS):
        expected = [None if np.isnan(value) else value for value in getattr(said, name)]
        assert [row[place] for row in found] == [
            None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)
            for value in expected
        ], name


def test_no_order_of_rows_changes_a_bit() -> None:
    con = filled(in_cents(made_up(np.random.default_rng(4), 20, 80, growth="uneven")))
    forwards = con.execute(sql_of_intervals("order by opening_mrr")).fetchall()
    assert con.execute(sql_of_intervals("order by opening_mrr desc")).fetchall() == forwards


def test_the_largest_amounts_that_add_up_to_money_do_not_stop_a_build() -> None:
    con = duckdb.connect()
    con.execute(
        "create table ends as select 1 as book, "
        "cast(case i when 1 then 9999999999999000.000 else 0.001 end as decimal(19, 3)) "
        "as opening_mrr, opening_mrr as closing_mrr, opening_mrr as kept_mrr "
        "from range(1, 50001) as t(i)"
    )
    assert con.execute(sql_of_intervals()).fetchall() == [(None,) * 4 + ("dominant_account",)]
    con.execute(
        "update ends set opening_mrr = 199999999999, closing_mrr = 199999999999, "
        "kept_mrr = 199999999999"
    )
    (row,) = con.execute(sql_of_intervals()).fetchall()
    assert row[4] == "nothing_moved"
    assert 0.9999 < row[2] < row[3] == 1


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_at_least_nine_in_ten_of_the_given_intervals_hold(kind: Kind) -> None:
    for held in simulated(kind, 400, RULES, np.random.default_rng(11)):
        assert held.given < 0.1 * held.books or held.coverage >= 0.9


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (Kind(5, 0.0, "lognormal", 0.0, "uneven", "none"), 0),  # few_growths, small_cohort
        (Kind(200, 0.5, "lognormal", 0.1, "some", "large"), 1),  # dominant_account
    ],
    ids=str,
)
def test_without_the_rules_intervals_would_not_hold(kind: Kind, place: int) -> None:
    rule = unprotected(RULES)
    assert simulated(kind, 400, rule, np.random.default_rng(11))[place].coverage < 0.88
    assert simulated(kind, 400, RULES, np.random.default_rng(11))[place].given == 0


def test_the_page_has_no_published_interval_that_holds_less_often() -> None:
    published = PAGE.read_text(encoding="utf-8").partition("if nothing were withheld")[0]
    least = [int(value) for value in re.findall(r"(\d+) %, \d+ % \(", published)]
    assert len(least) > 50
    assert min(least) >= 90


def test_counts_hold_for_every_share() -> None:
    wilson = {**RULES, "one_event": 99, "two_events": 99}
    for trials in (10, 11, 17, 40, 100):
        assert logo_coverage(trials, RULES)[0] >= 0.9
        assert logo_coverage(trials, wilson)[0] < 0.87


def test_a_change_is_seldom_called_one_where_there_is_none() -> None:
    """Two windows of one kind: at most one in twenty differs beyond chance; most real falls do."""
    rng = np.random.default_rng(12)
    usual = [made_up(rng, 400, 150, churn=0.05) for _ in range(2)]
    worse = made_up(rng, 400, 150, churn=0.4)
    assert beyond_chance(usual[0], usual[1]).mean() <= 0.05
    assert beyond_chance(usual[0], worse).mean() >= 0.7


def beyond_chance(before: Books, after: Books) -> Numbers:
    """Newcombe's interval of the difference leaves 0 out."""
    old, new = (intervals(books.opening, books.closing, RULES) for books in (before, after))
    change = new.nrr - old.nrr
    low = change - np.hypot(new.nrr - new.nrr_low, old.nrr_high - old.nrr)
    high = change + np.hypot(new.nrr_high - new.nrr, old.nrr - old.nrr_low)
    return np.asarray(((low > 0) | (high < 0))[~np.isnan(low)], dtype=np.float64)


@pytest.mark.slow
def test_published_intervals_hold_what_a_bootstrap_over_accounts_finds(
    sample_company: Company,
) -> None:
    """Never narrower than the bootstrap's by more than 0.02 at either end.

    The bootstrap's spread is that of the residuals within a quarter.
    """
    ends = defaultdict(list)
    for key, opening, closing in ask(
        sample_company.marts,
        "select (month, retention_window, basis), opening_mrr::double, closing_mrr::double "
        "from fct_account_retention order by all",
    ):
        ends[tuple(key.values()) if isinstance(key, dict) else key].append((opening, closing))
    rows = ask(
        sample_company.marts,
        "select (month, retention_window, basis), nrr, nrr_low, nrr_high, grr_low, grr_high "
        "from kpi_nrr where segment_type = 'all' and interval_note = 'given' order by all",
    )
    assert len(rows) > 20
    rng = np.random.default_rng(5)
    for key, nrr, nrr_low, nrr_high, grr_low, grr_high in rows:
        opening, closing = np.array(ends[tuple(key.values()) if isinstance(key, dict) else key]).T
        drawn = rng.multinomial(len(opening), np.full(len(opening), 1 / len(opening)), 2000)
        total = drawn @ opening
        for low, high, numerator in (
            (nrr_low, nrr_high, closing),
            (grr_low, grr_high, np.minimum(opening, closing)),
        ):
            least, most = np.percentile(drawn @ numerator / total, [2.5, 97.5])
            assert low <= least + 0.02 and most - 0.02 <= high, key
        spread = np.sqrt(((closing - nrr * opening) ** 2).sum()) / opening.sum()
        assert spread == pytest.approx((drawn @ closing / total).std(), rel=0.25), key


def test_holding_counts_given_intervals_alone() -> None:
    low, high = np.array([0.1, np.nan, 0.3]), np.array([0.2, np.nan, 0.4])
    assert holding(low, high, np.array([0.15, 0.15, 0.15])) == (2, 1)
