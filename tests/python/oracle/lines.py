"""From a contract line to its monthly amount; exact until the final rounding."""

from datetime import date
from fractions import Fraction

from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import DAY, add_months, month_of, months_of_days, term_days, term_months

MONTHS_PER_UNIT = {
    "day": Fraction(12, 365),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half_year": Fraction(6),
    "year": Fraction(12),
}


def months_per_period(line: Line, settings: Settings) -> Fraction:
    """Months that one price covers; a `term` price covers the whole term, whatever its interval."""
    if line.billing_unit != "term":
        return MONTHS_PER_UNIT[line.billing_unit] * line.billing_interval
    if line.ends_on is None:
        assert line.term_months is not None
        return Fraction(line.term_months)
    days = term_days(line.starts_on, line.ends_on)
    if days < settings.min_term_days:
        return months_of_days(days)
    return term_months(line.starts_on, line.ends_on, settings.term_snap_days)[0]


def list_amount(line: Line) -> Fraction:
    """Price times quantity for one billing period, excluding tax, before any discount."""
    amount = line.unit_price * line.quantity if line.amount is None else line.amount
    return amount / (1 + line.tax_rate) if line.is_tax_inclusive else amount


def gross_monthly(line: Line, settings: Settings) -> Fraction:
    """Monthly amount before any discount, in the line's currency, not rounded."""
    return list_amount(line) / months_per_period(line, settings)


def net_of_own_rate(line: Line, settings: Settings) -> Fraction:
    """Monthly amount after the line's own discount, not rounded."""
    return gross_monthly(line, settings) * (1 - line.discount_rate)


def flat_discount(line: Line, settings: Settings) -> Fraction:
    """Monthly amount (negative) of a discount line that has a price of its own."""
    return gross_monthly(line, settings) * (1 - line.discount_rate)


def is_rate(line: Line) -> bool:
    """A discount line with a rate and no negative price takes its share of the parent."""
    return line.unit_price >= 0


def period_end(line: Line, day: date) -> date:
    """Last day of the period that holds the day; periods count from the line's start.

    A line that renews itself runs by its terms, every other one by what it bills at once.
    """
    if line.term_months is not None:
        return last_day_of_period(line.starts_on, line.term_months, day)
    if line.billing_unit in ("day", "week"):
        length = line.billing_interval * (7 if line.billing_unit == "week" else 1)
        periods = (day - line.starts_on).days // length + 1
        return line.starts_on + (periods * length - 1) * DAY
    length = int(MONTHS_PER_UNIT[line.billing_unit]) * line.billing_interval
    return last_day_of_period(line.starts_on, length, day)


def last_day_of_period(starts_on: date, length: int, day: date) -> date:
    """Last day of the period of some months that holds the day."""
    periods = (month_of(day) - month_of(starts_on)) // length
    while add_months(starts_on, periods * length) <= day:
        periods += 1
    return add_months(starts_on, periods * length) - DAY


def signed_day(line: Line) -> date | None:
    """When the line was agreed: signed, else recorded, else unknown."""
    return line.signed_on or line.recorded_on
