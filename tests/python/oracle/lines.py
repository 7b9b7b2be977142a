"""From a contract line to its monthly amount; exact until the final rounding."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import DAY, add_months, month_of, term_months

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
    assert line.ends_on is not None
    return term_months(line.starts_on, line.ends_on, settings.term_snap_days)[0]


def list_amount(line: Line) -> Fraction:
    """Price times quantity for one billing period, excluding tax, before any discount."""
    amount = line.unit_price * line.quantity
    return amount / (1 + line.tax_rate) if line.is_tax_inclusive else amount


def gross_monthly(line: Line, settings: Settings) -> Fraction:
    """Monthly amount before any discount, in the line's currency, not rounded."""
    return list_amount(line) / months_per_period(line, settings)


def net_monthly(line: Line, discounts: Sequence[Line], settings: Settings) -> Fraction:
    """Monthly amount after every discount in force, not rounded.

    Rates are all shares of the parent's gross amount and add up; a negative-price discount line
    is normalised by its own billing terms.
    """
    rates = sum((row.discount_rate for row in discounts if is_rate(row)), line.discount_rate)
    gross = gross_monthly(line, settings)
    return gross * (1 - rates) + sum(
        (flat_discount(row, settings) for row in discounts if not is_rate(row)), Fraction(0)
    )


def flat_discount(line: Line, settings: Settings) -> Fraction:
    """Monthly amount (negative) of a discount line that has a price of its own."""
    return gross_monthly(line, settings) * (1 - line.discount_rate)


def is_rate(line: Line) -> bool:
    """A discount line with a rate and no negative price takes its share of the parent."""
    return line.unit_price >= 0


def period_end(line: Line, day: date) -> date:
    """Last day of the billing period that holds the day; periods count from the line's start."""
    if line.billing_unit in ("day", "week"):
        length = line.billing_interval * (7 if line.billing_unit == "week" else 1)
        periods = (day - line.starts_on).days // length + 1
        return line.starts_on + (periods * length - 1) * DAY
    length = int(MONTHS_PER_UNIT[line.billing_unit]) * line.billing_interval
    periods = (month_of(day) - month_of(line.starts_on)) // length
    while add_months(line.starts_on, periods * length) <= day:
        periods += 1
    return add_months(line.starts_on, periods * length) - DAY


def signed_day(line: Line) -> date | None:
    """When the line was agreed: signed, else recorded, else unknown."""
    return line.signed_on or line.recorded_on
