"""The roll-forward: movements of accounts added up by month, for the company and by segment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction

from oracle.movements import Movement, account_step
from oracle.retention import ratio
from oracle.segments import Places
from oracle.terms import first_day

AMOUNTS = tuple(field.name for field in fields(Movement) if field.type is Fraction)


@dataclass(frozen=True)
class Bridge:
    """One month of the whole company, or of a segment."""

    amounts: Mapping[str, Fraction]
    paying_accounts: int
    new_accounts: int
    churned_accounts: int
    reactivated_accounts: int
    paused_accounts: int
    resumed_accounts: int
    expired_pause_accounts: int
    prior_period_accounts: int
    merged_accounts: int
    transferred_in_accounts: int
    transferred_out_accounts: int
    quick_ratio: Fraction | None


def month_bridge(rows: list[Movement]) -> Bridge:
    """Add up one month."""
    amounts = {name: sum((getattr(x, name) for x in rows), Fraction(0)) for name in AMOUNTS}
    gains = amounts["new"] + amounts["expansion"] + amounts["reactivation"]
    return Bridge(
        amounts=amounts,
        paying_accounts=sum(x.closing > 0 for x in rows),
        new_accounts=sum(x.movement == "new" for x in rows),
        churned_accounts=sum(x.movement == "churn" for x in rows),
        reactivated_accounts=sum(x.movement == "reactivation" for x in rows),
        paused_accounts=sum(x.sub_movement == "pause" for x in rows),
        resumed_accounts=sum(x.sub_movement == "resume" for x in rows),
        expired_pause_accounts=sum(x.sub_movement == "pause_expired" for x in rows),
        prior_period_accounts=sum(
            account_step(x.opening, x.opening + x.prior_period) for x in rows
        ),
        merged_accounts=sum(x.merged for x in rows),
        transferred_in_accounts=sum(x.transferred > 0 for x in rows),
        transferred_out_accounts=sum(x.transferred < 0 for x in rows),
        quick_ratio=ratio(gains, abs(amounts["contraction"] + amounts["churn"])),
    )


def bridges(
    movements: Mapping[tuple[str, int], Movement], months: Iterable[int]
) -> dict[int, Bridge]:
    """Every month from the first movement on."""
    by_month: dict[int, list[Movement]] = defaultdict(list)
    for (_, month), movement in movements.items():
        by_month[month].append(movement)
    return {month: month_bridge(by_month[month]) for month in months if by_month[month]}


def segment_bridges(
    movements: Mapping[tuple[str, int], Movement], stands: Mapping[tuple[str, int], Places]
) -> dict[tuple[date, str, str], Bridge]:
    """Every month of every segment; what changes its segment leaves one and enters the other."""
    opened: dict[tuple[date, str, str], list[Movement]] = defaultdict(list)
    closed: dict[tuple[date, str, str], list[Movement]] = defaultdict(list)
    for (account, month), movement in movements.items():
        for kind, (opening, closing) in stands[account, month].items():
            opened[first_day(month), kind, opening].append(movement)
            closed[first_day(month), kind, closing].append(movement)
    return {key: segment_bridge(opened[key], closed[key]) for key in {*opened, *closed}}


def segment_bridge(opened: list[Movement], closed: list[Movement]) -> Bridge:
    """One month of the accounts that open in a segment, with the balances that close in it."""
    found = month_bridge(opened)
    closing = sum((x.closing for x in closed), Fraction(0))
    transfer = closing - found.amounts["closing"]
    return replace(
        found,
        amounts={**found.amounts, "closing": closing, "segment_transfer": transfer},
        paying_accounts=sum(x.closing > 0 for x in closed),
    )
