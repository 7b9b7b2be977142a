"""How many digits a number may carry, and what becomes of the digits beyond."""

from collections.abc import Mapping
from fractions import Fraction

from oracle.money import minor_unit, round_half_away

DECIMALS = {"unit_price": 12, "quantity": 6, "discount_rate": 12, "tax_rate": 12}
# A rounded column may move the line's amount by less than this many minor units.
TOLERANCE = Fraction(1, 10**6)


class TooPreciseError(ValueError):
    """Rounding a column to its decimals would change what the line costs."""


def round_inputs(numbers: Mapping[str, Fraction], currency: str) -> dict[str, Fraction]:
    """The numbers of a line at the decimals that are kept.

    Raises TooPreciseError where that would move the line's amount.
    """
    rounded = {name: round_half_away(x, DECIMALS[name]) for name, x in numbers.items()}
    for name, exact in numbers.items():
        if rounded[name] != exact:
            moved = amount(numbers) - amount({**numbers, name: rounded[name]})
            if abs(moved) * 10 ** minor_unit(currency) >= TOLERANCE:
                raise TooPreciseError(name)
    return rounded


def amount(numbers: Mapping[str, Fraction]) -> Fraction:
    """Price times quantity without tax and own discount."""
    whole = numbers["unit_price"] * numbers["quantity"] * (1 - numbers["discount_rate"])
    return whole / (1 + numbers["tax_rate"])
