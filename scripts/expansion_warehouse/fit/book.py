"""What a fit reads of a build: who had which points, what followed, and the rules of judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from expansion_warehouse.errors import BadInput

# One account and month with a published score and a complete follow-up, as the backtest has it.
_ROWS = """
select
    outcomes.account_id, outcomes.month, outcomes.paying_account_id,
    last_day(outcomes.month), last_day(outcomes.month) + outcomes.horizon_days::integer,
    outcomes.is_lost, outcomes.first_loss_on
from intermediate.int_backtest_outcomes as outcomes
inner join intermediate.int_health_states as states using (account_id, month)
where outcomes.horizon_days = ? and states.health_score is not null
order by outcomes.account_id, outcomes.month
"""
_POINTS = """
select account_id, month, component, points from intermediate.int_health_points where is_present
"""
_VERSION = """
select score_version, last_month, last_day(last_month)
from intermediate.int_health_versions
cross join (select max(month) as last_month from intermediate.int_months)
where last_day(last_month) >= valid_from and last_day(last_month) < valid_to
"""
_WEIGHTS = """
select stated.component, stated.weight
from rules.health_weights as stated
inner join intermediate.int_health_version_bases as bases on stated.version = bases.stated_in
where bases.score_version = ?
qualify rank() over (partition by stated.component order by bases.distance) = 1
order by stated.component
"""
_RULES = "select rule, value from rules.health_backtest_rules"
_HORIZONS = "select horizon_days from rules.health_backtest_horizons order by all"
_DRAWS = """
select replicate, paying_account_id, weight from intermediate.int_backtest_draws
where replicate > 0 order by all
"""


@dataclass(frozen=True)
class Row:
    """One account and month; `points` has the components that had data."""

    month: date
    month_end: date
    payer: str
    followed_until: date
    is_lost: bool
    first_loss_on: date | None
    points: Mapping[str, Decimal]


@dataclass(frozen=True)
class Book:
    """The past of a book, as a build has it, and the version of the score that counts there."""

    horizon: int
    rows: Sequence[Row]
    version: str
    weights: Mapping[str, Decimal]
    last_month: date
    last_day: date
    rules: Mapping[str, Decimal]
    # Per resample, how often each payer takes part: the same that the backtest draws.
    draws: Sequence[Mapping[str, int]] = field(repr=False, default=())


def read_book(con: duckdb.DuckDBPyConnection, horizon: int | None) -> Book:
    """Read what a build has. Raises BadInput where it has no such horizon, or no health score."""
    try:
        return _read(con, horizon)
    except duckdb.CatalogException:
        raise BadInput("the last build has no health score to fit") from None


def _read(con: duckdb.DuckDBPyConnection, horizon: int | None) -> Book:
    known = [days for (days,) in con.execute(_HORIZONS).fetchall()]
    days = known[0] if horizon is None else horizon
    if days not in known:
        raise BadInput(f"unknown horizon {days} (known: {', '.join(map(str, known))})")
    points: dict[tuple[str, date], dict[str, Decimal]] = {}
    for account, month, component, value in con.execute(_POINTS).fetchall():
        points.setdefault((account, month), {})[component] = value
    found = con.execute(_VERSION).fetchone()
    if found is None:
        raise BadInput("no version of the health score is valid in the last month")
    version, last_month, last_day = found
    draws: dict[int, dict[str, int]] = {}
    for replicate, payer, times in con.execute(_DRAWS).fetchall():
        draws.setdefault(replicate, {})[payer] = times
    return Book(
        horizon=days,
        rows=[
            Row(month, month_end, payer, until, lost, first, points[account, month])
            for account, month, payer, month_end, until, lost, first in con.execute(
                _ROWS, [days]
            ).fetchall()
        ],
        version=version,
        weights=dict(con.execute(_WEIGHTS, [version]).fetchall()),
        last_month=last_month,
        last_day=last_day,
        rules=dict(con.execute(_RULES).fetchall()),
        draws=list(draws.values()),
    )
