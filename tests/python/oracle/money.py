"""Minor units, rounding and budget rates."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import cache

MINOR_UNITS = {"JPY": 0, "KRW": 0, "USD": 2, "EUR": 2, "GBP": 2, "BHD": 3, "KWD": 3}


def minor_unit(currency: str) -> int:
    """Decimals of a currency; two for any currency not listed."""
    return MINOR_UNITS.get(currency, 2)


@cache
def round_half_away(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero to a number of decimals."""
    scale = 10**decimals
    scaled = abs(value) * scale
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(nearest if value >= 0 else -nearest, scale)


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The sum of many fractions, which are quick to add while their denominator is the same."""
    numerators: dict[int, int] = defaultdict(int)
    for value in values:
        numerators[value.denominator] += value.numerator
    return sum(
        (Fraction(*part) for part in zip(numerators.values(), numerators, strict=True)), Fraction(0)
    )


def round_money(value: Fraction, currency: str) -> Fraction:
    """Round to the currency's minor unit."""
    return round_half_away(value, minor_unit(currency))
