"""The company's roll-forward: movements of all accounts added up by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from oracle.movements import Movement
from oracle.retention import ratio

AMOUNTS = tuple(field.name for field in fields(Movement) if field.type is Fraction)


@dataclass(frozen=True)
class Bridge:
    """One month of the whole company."""

    amounts: Mapping[str, Fraction]
    paying_accounts: int
    new_accounts: int
    churned_accounts: int
    reactivated_accounts: int
    paused_accounts: int
    resumed_accounts: int
    prior_period_accounts: int
    quick_ratio: Fraction | None


def account_step(before: Fraction, after: Fraction) -> int:
    """+1 where an amount makes an account pay, -1 where it stops."""
    return int(after > 0) - int(before > 0)


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
        prior_period_accounts=sum(
            account_step(x.opening, x.opening + x.prior_period) for x in rows
        ),
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
