"""Months, fiscal years and the length of a term.

A month is counted from year 0 (`year * 12 + month - 1`), so that differences are plain integers.
"""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

FAR = date.max
DAY = timedelta(days=1)


def month_of(day: date) -> int:
    """Number of the month that holds the day."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """First day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def month_end(month: int) -> date:
    """Last day of a month."""
    return first_day(month + 1) - DAY


def add_months(day: date, months: int) -> date:
    """The same day of the month, clamped to the month's last day."""
    target = month_of(day) + months
    last = monthrange(target // 12, target % 12 + 1)[1]
    return date(target // 12, target % 12 + 1, min(day.day, last))


def fiscal_year(month: int, start_month: int) -> int:
    """A fiscal year is named by the year in which it starts."""
    return (month - (start_month - 1)) // 12


def last_complete_month(as_of: date) -> int:
    """A month is complete when its last day is on or before the as-of date."""
    return month_of(as_of + DAY) - 1


def term_months(starts_on: date, ends_on: date, snap_days: int) -> tuple[Fraction, bool]:
    """Length of a term in anniversary months, and whether it was snapped to whole months.

    Both dates are covered days. Anniversaries count from the start (clamped at month ends); the
    last partial month is a fraction of its own length.
    """
    end = ends_on + DAY
    whole = month_of(end) - month_of(starts_on)
    while add_months(starts_on, whole) > end:
        whole -= 1
    anniversary = add_months(starts_on, whole)
    rest = (end - anniversary).days
    length = (add_months(starts_on, whole + 1) - anniversary).days
    if rest == 0:
        return Fraction(whole), False
    if rest <= snap_days and whole > 0:
        return Fraction(whole), True
    if length - rest <= snap_days:
        return Fraction(whole + 1), True
    return whole + Fraction(rest, length), False


def term_days(starts_on: date, ends_on: date) -> int:
    """Covered days of a term."""
    return (ends_on + DAY - starts_on).days


def months_of_days(days: int) -> Fraction:
    """A stub is as long as its share of an average month."""
    return days * Fraction(12, 365)
