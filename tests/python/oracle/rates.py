"""Budget rates by fiscal year, and currencies that give way to another at a fixed rate."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.money import round_money
from oracle.rows import FxRate
from oracle.terms import first_day, fiscal_year, month_end


class MissingBudgetRateError(Exception):
    """A foreign-currency line counts and its currency has no budget rate at all."""


@dataclass(frozen=True)
class Redenomination:
    """From a day on an old currency is a fixed part of a new one."""

    old: str
    new: str
    day: date
    per_new: Fraction


OFFICIAL = (
    Redenomination("HRK", "EUR", date(2023, 1, 1), Fraction("7.5345")),
    Redenomination("BGN", "EUR", date(2026, 1, 1), Fraction("1.95583")),
)


def stated(rows: Iterable[FxRate]) -> list[Redenomination]:
    """What a book adds to the official ones."""
    found = {x.old: x for x in OFFICIAL}
    for row in rows:
        if row.rate_kind != "redenomination" or row.currency in found:
            continue
        if not isinstance(row.valid_from, date) or row.rate is None or row.into_currency is None:
            raise ValueError(f"redenomination of {row.currency} is not readable")
        found[row.currency] = Redenomination(
            row.currency, row.into_currency, row.valid_from, Fraction(row.rate)
        )
    return list(found.values())


# The rates of a month: its fiscal year, and how many currencies have ended by its last day.
Period = tuple[int, int]


def settled(rows: Iterable[FxRate]) -> dict[str, list[tuple[date, Fraction]]]:
    """Budget rates by currency and day; of one day the last recorded, or none if they disagree."""
    by_day: dict[tuple[str, date], list[FxRate]] = defaultdict(list)
    for row in rows:
        if row.rate_kind == "budget":
            if not isinstance(row.valid_from, date) or row.rate is None:
                raise ValueError(f"budget rate of {row.currency} is not readable")
            by_day[row.currency, row.valid_from].append(row)
    found: dict[str, list[tuple[date, Fraction]]] = defaultdict(list)
    for (currency, day), same in sorted(by_day.items()):
        newest = max(str(x.recorded_at or "") for x in same)
        rates = {Fraction(x.rate or 0) for x in same if str(x.recorded_at or "") == newest}
        if len(rates) == 1:
            found[currency].append((day, rates.pop()))
    return found


class BudgetRates:
    """Budget rates in the reporting currency per unit."""

    def __init__(
        self,
        rows: Iterable[FxRate],
        reporting_currency: str,
        start_month: int,
    ) -> None:
        rows = list(rows)
        self.reporting_currency = reporting_currency
        self.start_month = start_month
        self._rates = settled(rows)
        self._ended = sorted(stated(rows), key=lambda x: x.day)
        self._days = [x.day for x in self._ended]

    def fiscal_year(self, month: int) -> int:
        """Fiscal year of a month."""
        return fiscal_year(month, self.start_month)

    def period(self, month: int) -> Period:
        """What rates a month is valued at."""
        return self.fiscal_year(month), bisect_right(self._days, month_end(month))

    def rate(self, currency: str, year: int) -> Fraction:
        """The last rate valid on the year's first day, else the first one after it."""
        rates = self._rates.get(currency)
        if not rates:
            raise MissingBudgetRateError(f"no budget rate for {currency}")
        first = first_day(year * 12 + self.start_month - 1)
        known = bisect_right([day for day, _ in rates], first)
        return rates[max(known - 1, 0)][1]

    def _is_rated(self, currency: str) -> bool:
        fixed = any(x.old == self.reporting_currency and x.new == currency for x in self._ended)
        return currency == self.reporting_currency or currency in self._rates or fixed

    def convert(self, native: Fraction, currency: str, period: Period) -> Fraction:
        """An amount at the rates of a period, rounded to the reporting currency's minor unit.

        A currency that has ended is first exchanged, to the minor unit of the new one.
        """
        year, ended = period
        for n, x in enumerate(self._ended):
            # Without a rate of its own it was worth as much before its day.
            counts = n < ended or currency not in self._rates
            if counts and currency == x.old != self.reporting_currency and self._is_rated(x.new):
                native, currency = round_money(native / x.per_new, x.new), x.new
            if counts and currency == x.new and x.old == self.reporting_currency:
                return round_money(native * x.per_new, x.old)
        if currency == self.reporting_currency:
            return native
        return round_money(native * self.rate(currency, year), self.reporting_currency)
