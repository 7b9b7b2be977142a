"""Formulas with the value they have: what a viewer shows that computes nothing itself.

Each function writes an Excel formula over cells and works out the same from what stands in them, so
that a check which fails says so before anything is recalculated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Money has at most three decimals; doubles carry far more of a ratio than ten thousandths of it.
_MONEY_PLACES = 3
_RATIO_PLACES = 3
_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands."""

    ref: str
    value: Any


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and what it comes to."""

    text: str
    value: Any


def amount(value: Any) -> Any:
    """A value as a formula reads it: nothing and text count as 0."""
    return value if isinstance(value, int | float | Decimal) else 0


def added(values: Sequence[Any]) -> Any:
    """A sum that is exact where its parts are."""
    numbers = [amount(value) for value in values]
    if any(isinstance(value, float) for value in numbers):
        return sum(float(value) for value in numbers)
    return sum(numbers)


def total(cells: Sequence[Cell]) -> Formula:
    """The sum of cells that stand side by side."""
    text = f"=SUM({cells[0].ref}:{cells[-1].ref})"
    return Formula(text, added([cell.value for cell in cells]))


def plus(*cells: Cell) -> Formula:
    """The sum of single cells."""
    return Formula("=" + "+".join(cell.ref for cell in cells), added([c.value for c in cells]))


def same(cell: Cell) -> Formula:
    """What another cell shows; nothing where that is empty."""
    if cell.value is None:
        return Formula(f'=IF({cell.ref}="","",{cell.ref})', "")
    return Formula(f"={cell.ref}", cell.value)


def minus(left: Cell, right: Cell) -> Formula:
    """A difference."""
    return Formula(f"={left.ref}-{right.ref}", added([left.value, -amount(right.value)]))


def ratio(part: Cell, whole: Cell) -> Formula:
    """A share; nothing where there is nothing to divide by."""
    text = f'=IF({whole.ref}=0,"",{part.ref}/{whole.ref})'
    if not amount(whole.value):
        return Formula(text, "")
    return Formula(text, float(amount(part.value)) / float(whole.value))


def apart(left: Cell, *right: Cell) -> Formula:
    """A check: how far a cell is from the sum of others."""
    others = "-".join(cell.ref for cell in right)
    value = added([left.value, *(-amount(cell.value) for cell in right)])
    return Formula(f"=ROUND({left.ref}-{others},{_MONEY_PLACES})", rounded(value))


def apart_in_points(left: Cell, right: Cell) -> Formula:
    """A check of a ratio: how far two are apart, in basis points."""
    text = f"=ROUND((N({left.ref})-N({right.ref}))*{_BASIS_POINTS},{_RATIO_PLACES})"
    value = (float(amount(left.value)) - float(amount(right.value))) * _BASIS_POINTS
    return Formula(text, round(value, _RATIO_PLACES))


def rounded(value: Any) -> float:
    """A difference of money as checks show it."""
    return float(round(value, _MONEY_PLACES))


def check_text(difference: str) -> str:
    """The formula of a check of money."""
    return f"=ROUND({difference},{_MONEY_PLACES})"


def largest(ranges: Sequence[tuple[str, Sequence[Any]]]) -> Formula:
    """The largest of many differences, whichever way it goes."""
    parts = ",".join(f"MAX({ref}),-MIN({ref})" for ref, _ in ranges)
    found = [abs(float(amount(value))) for _, values in ranges for value in values]
    return Formula(f"=MAX({parts})", max(found, default=0.0))
