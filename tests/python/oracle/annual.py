"""The ARR bridge: both ends of every account's ARR, told by the movement that its MRR made."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from oracle.compute import BasisResult
from oracle.movements import CLASSES, Movement
from oracle.terms import first_day, month_of
from oracle.view import ZERO

Segment = tuple[date, str, str]


@dataclass(frozen=True)
class Annual:
    """One account in one month, or the sum of many; opening and all steps are closing."""

    opening: Fraction = ZERO
    new: Fraction = ZERO
    expansion: Fraction = ZERO
    contraction: Fraction = ZERO
    churn: Fraction = ZERO
    reactivation: Fraction = ZERO
    fx: Fraction = ZERO
    merge: Fraction = ZERO
    prior_period: Fraction = ZERO
    rounding: Fraction = ZERO
    segment_transfer: Fraction = ZERO
    closing: Fraction = ZERO


STEPS = tuple(field.name for field in fields(Annual))


def annual_of_accounts(result: BasisResult) -> dict[tuple[str, date], Fraction]:
    """ARR of every account that pays at a month-end."""
    mrr: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    arr: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    for (account, _, month), row in result.balances.items():
        mrr[account, month] += row.mrr
        arr[account, month] += row.arr
    return {key: arr[key] for key, amount in mrr.items() if amount > 0}


def rest_step(movement: Movement) -> str:
    """Which step takes what currency, mergers and late news leave."""
    if movement.movement in CLASSES:
        return movement.movement
    if movement.prior_period != 0:
        return "prior_period"
    return "fx" if movement.fx != 0 else "rounding"


def annual_step(movement: Movement, opening: Fraction, closing: Fraction) -> Annual:
    """Both ends of an account's ARR by the movement that its MRR made."""
    steps = {
        "fx": 12 * movement.fx,
        "merge": 12 * movement.merge,
        "prior_period": 12 * movement.prior_period,
    }
    rest = closing - opening - sum(steps.values(), ZERO)
    step = rest_step(movement)
    steps[step] = steps.get(step, ZERO) + rest
    return Annual(opening=opening, closing=closing, **steps)


def annual_steps(result: BasisResult) -> dict[tuple[str, date], Annual]:
    """Every account and month that has a movement."""
    arr = annual_of_accounts(result)
    return {
        (account, month): annual_step(
            row,
            arr.get((account, first_day(month_of(month) - 1)), ZERO),
            arr.get((account, month), ZERO),
        )
        for (account, month), row in result.movements.items()
    }


def total(rows: Iterable[Annual]) -> dict[str, Fraction]:
    """The sum of every step."""
    found = dict.fromkeys(STEPS, ZERO)
    for row in rows:
        for name in STEPS:
            found[name] += getattr(row, name)
    return found


def annual_bridges(result: BasisResult) -> dict[Segment, Annual]:
    """Every month of every segment: steps where an account opens, its closing where it closes."""
    opened: dict[Segment, list[Annual]] = defaultdict(list)
    closed: dict[Segment, Fraction] = defaultdict(Fraction)
    for (account, month), row in annual_steps(result).items():
        for kind, (opening, closing) in result.stands[account, month].items():
            opened[month, kind, opening].append(row)
            closed[month, kind, closing] += row.closing
    found = {}
    for key in {*opened, *closed}:
        steps = total(opened[key])
        stayed = steps.pop("closing")
        steps["segment_transfer"] = closed[key] - stayed
        found[key] = Annual(closing=closed[key], **steps)
    return found
