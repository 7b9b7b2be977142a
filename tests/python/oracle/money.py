"""Minor units, rounding and budget rates."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cache

from oracle.rows import FxRate
from oracle.terms import fiscal_year, month_of

MINOR_UNITS = {"JPY": 0, "KRW": 0, "USD": 2, "EUR": 2, "GBP": 2, "BHD": 3, "KWD": 3}


class MissingBudgetRateError(Exception):
    """A foreign-currency line counts in a fiscal year that has no budget rate."""


class AmbiguousBudgetRateError(Exception):
    """A currency has more than one budget rate in one fiscal year."""


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


class BudgetRates:
    """Budget rates by currency and fiscal year, in the reporting currency per unit."""

    def __init__(self, rows: list[FxRate], reporting_currency: str, start_month: int) -> None:
        self.reporting_currency = reporting_currency
        self.start_month = start_month
        self._rates: dict[tuple[str, int], Fraction] = {}
        self._valid_from: dict[tuple[str, int], date] = {}
        for row in rows:
            if row.rate_kind == "budget":
                self._add(row)

    def _add(self, row: FxRate) -> None:
        if not isinstance(row.valid_from, date) or row.rate is None:
            raise ValueError(f"budget rate of {row.currency} is not readable")
        key = (row.currency, self.fiscal_year(month_of(row.valid_from)))
        rate = Fraction(row.rate)
        same_rate = self._rates.setdefault(key, rate) == rate
        same_day = self._valid_from.setdefault(key, row.valid_from) == row.valid_from
        if not (same_rate and same_day):
            raise AmbiguousBudgetRateError(f"{key[0]} has two budget rates in fiscal year {key[1]}")

    def fiscal_year(self, month: int) -> int:
        """Fiscal year of a month."""
        return fiscal_year(month, self.start_month)

    def rate(self, currency: str, year: int) -> Fraction | None:
        """Budget rate of a fiscal year; the reporting currency is always 1."""
        if currency == self.reporting_currency:
            return Fraction(1)
        return self._rates.get((currency, year))

    def own_rate(self, currency: str, month: int) -> Fraction:
        """Rate of the month's own fiscal year; its absence stops the build."""
        rate = self.rate(currency, self.fiscal_year(month))
        if rate is None:
            raise MissingBudgetRateError(
                f"no budget rate for {currency} in {self.fiscal_year(month)}"
            )
        return rate

    def revaluation_rate(self, currency: str, month: int, year: int) -> Fraction:
        """Rate of another fiscal year for a balance of `month`.

        Where the currency has no rate in that year the balance keeps its old rate: the currency
        has simply gone out of use, which is no movement.
        """
        rate = self.rate(currency, year)
        return self.own_rate(currency, month) if rate is None else rate

    def convert(self, native: Fraction, currency: str, rate: Fraction) -> Fraction:
        """Convert a native amount and round it to the reporting currency's minor unit."""
        if currency == self.reporting_currency:
            return native
        return round_money(native * rate, self.reporting_currency)
