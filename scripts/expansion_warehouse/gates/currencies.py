"""Currencies that contracts are charged in and that no budget rate values.

A month with such a line has no MRR, so the build is refused with their names before it starts. What
nobody can convert anyway, because the line is refused for a reason of its own, is no matter here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from expansion_warehouse.gates.checks import Check, CheckResult

# A rate counts as the staging model takes it: two of one day and one moment contradict each other.
_RATED = """
select distinct currency from (
    select currency
    from raw.fx_rates
    where _reject_reason is null and rate_kind = 'budget' and rate > 0
        and (recorded_at is null or cast(recorded_at as date) <= $as_of)
    group by currency, valid_from, recorded_at
    having count(distinct rate) = 1
)
"""

_REDENOMINATED = """
select distinct currency, into_currency
from raw.fx_rates
where _reject_reason is null and rate_kind = 'redenomination'
    and into_currency is not null and rate > 0
    and (recorded_at is null or cast(recorded_at as date) <= $as_of)
"""

_CHARGED = """
select
    lines.currency,
    count(distinct lines.contract_line_id),
    sum(abs(coalesce(
        cast(lines.amount as double),
        cast(lines.unit_price as double) * cast(coalesce(lines.quantity, 1) as double)
    )))
from raw.contract_lines as lines
inner join (
    select account_id from raw.accounts where _reject_reason is null
    group by account_id having not bool_or(coalesce(is_internal, false))
) as accounts on coalesce(lines.end_customer_account_id, lines.account_id) = accounts.account_id
where lines._reject_reason is null
    and not list_contains($rated, lines.currency)
    and lines.charge_type <> 'discount'
    and coalesce(lines.status, 'active') <> 'void'
    and not coalesce(lines.is_trial, false)
    and not coalesce(lines.is_deleted, false)
    and (lines.recorded_at is null or cast(lines.recorded_at as date) <= $as_of)
    and lines.unit_price is not null
    and (lines.unit_price > 0 and coalesce(lines.quantity, 1) > 0 or lines.amount <> 0)
group by lines.currency
order by lines.currency
"""


@dataclass(frozen=True)
class Unrated:
    """A currency without any rate: how many lines are charged in it, and what they come to."""

    currency: str
    lines: int
    amount: float

    def __str__(self) -> str:
        """As an error names it."""
        lines = f"{self.lines:,} line{'' if self.lines == 1 else 's'}"
        return f"{self.currency} has none ({lines}, {self.amount:,.2f})"


def rated_currencies(
    con: Any, reporting_currency: str, seeds: Path | None, as_of: date
) -> set[str]:
    """Currencies with a budget rate, or a fixed one into a currency with a rate."""
    rated = {reporting_currency}
    rated |= {row[0] for row in con.execute(_RATED, {"as_of": as_of}).fetchall()}
    fixed = con.execute(_REDENOMINATED, {"as_of": as_of}).fetchall()
    fixed += [(row["currency"], row["into_currency"]) for row in _seed(seeds, "redenominations")]
    rated |= {new for old, new in fixed if old == reporting_currency}
    return rated | {old for old, new in fixed if new in rated}


def unrated_currencies(
    con: Any, rated: Iterable[str], seeds: Path | None, as_of: date
) -> tuple[Unrated, ...]:
    """What lines are charged in without a rate. A code that is no currency refuses its line."""
    known = {row["currency"] for row in _seed(seeds, "currencies")}
    found = con.execute(_CHARGED, {"rated": sorted(rated), "as_of": as_of}).fetchall()
    return tuple(Unrated(*row) for row in found if row[0] in known)


def _seed(seeds: Path | None, name: str) -> list[dict[str, str]]:
    path = seeds / f"{name}.csv" if seeds else None
    if path is None or not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rate_of_every_currency(unrated: Iterable[Unrated]) -> CheckResult:
    """The result that stands first in the raw gate's report."""
    check = Check(
        "contract_lines.currency.rated.error",
        "raw",
        "contract_lines",
        "error",
        "a budget rate in fx_rates for every currency that is charged",
        "expect_every_currency_to_have_a_rate",
    )
    names = "; ".join(str(currency) for currency in unrated)
    return CheckResult(check, not names, names)
