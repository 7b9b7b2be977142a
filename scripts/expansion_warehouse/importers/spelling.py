"""Days, moments and numbers as exports spell them: what the macros of an import call.

Each function takes a text and gives a plain one, or the text itself where it cannot be read. What
can be read is what a raw folder may hold (`raw/spellings.py`) and a few spellings of databases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from expansion_warehouse.raw.spellings import (
    CURRENCY_MARKS,
    UNITS,
    plain_amount,
    plain_day,
    plain_moment,
    plain_number,
    plain_ratio,
)

_ZONE_NAMED = re.compile(r"(:\d{2}(?:[.]\d+)?) ?(?:UTC|GMT)$", flags=re.ASCII)
_OFFSET = re.compile(r"(:\d{2}(?:[.,]\d+)?) *(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$", flags=re.ASCII)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", flags=re.ASCII)
_PLACES = Decimal(1).scaleb(-12)
# More digits than any amount has.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_LONGEST = 100


def _read(text: str) -> date | datetime | None:
    """The day or moment of a text: a moment with a zone (UTC) where its offset is known."""
    plain = _ZONE_NAMED.sub(r"\1Z", text.strip())
    day = plain_day(plain)
    if day is not None:
        return date.fromisoformat(day)
    moment = plain_moment(plain)
    return None if moment is None else datetime.fromisoformat(moment)


def _written(value: date | datetime) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    text = value.replace(tzinfo=None).isoformat()
    if value.microsecond:
        text = text.rstrip("0")
    return f"{text}Z" if value.tzinfo else text


def spelled_day(text: str) -> str:
    """The ISO day of a text; a moment that is no midnight stays a moment.

    A midnight is one by the clocks that wrote it: its day is the one that is written.
    """
    value = _read(text)
    if not isinstance(value, datetime):
        return text if value is None else _written(value)
    as_written = plain_day(_OFFSET.sub(r"\1", _ZONE_NAMED.sub(r"\1", text.strip())))
    if as_written is not None:
        return as_written
    has_offset = ":" in text
    is_midnight = value.time() == time.min and not has_offset
    return value.date().isoformat() if is_midnight else _written(value)


def spelled_moment(text: str) -> str:
    """The ISO moment of a text, with Z where its offset is known; a day stays a day."""
    value = _read(text)
    return text if value is None else _written(value)


def day_by_clocks(text: str, zone: str) -> str:
    """The day of a moment by the clocks of a zone; one without an offset is of UTC."""
    value = _read(text)
    if not isinstance(value, datetime):
        return text if value is None else _written(value)
    return value.replace(tzinfo=UTC).astimezone(_zone(zone)).date().isoformat()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def days_later(text: str, days: int) -> str:
    """A day or moment so many days later."""
    value = _read(text)
    try:
        return text if value is None else _written(value + timedelta(days=days))
    except OverflowError:
        return text


def months_later(text: str, months: str) -> str:
    """A day or moment so many months later, on the last day of a month that is too short."""
    value, number = _read(text), _decimal(months)
    if value is None or number is None or number != number.to_integral_value():
        return text if value is None else months
    year, month = divmod(value.year * 12 + value.month - 1 + int(number), 12)
    for day in range(value.day, 27, -1):
        try:
            return _written(value.replace(year=year, month=month + 1, day=day))
        except ValueError:
            continue
    try:
        return _written(value.replace(year=year, month=month + 1))
    except (ValueError, OverflowError):
        return text


def _decimal(text: str) -> Decimal | None:
    plain = text.strip()
    known = plain if _PLAIN.fullmatch(plain) else plain_number(plain)
    value = Decimal(known) if known is not None else None
    return value if value is not None and abs(value.adjusted()) < _LONGEST else None


def _digits(value: Decimal) -> str:
    """Plain digits without zeros at the end of a fraction."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def spelled_number(text: str) -> str:
    """Plain digits of a number."""
    value = _decimal(text)
    return text if value is None else format(value, "f")


def exact_product(left: str, right: str) -> str:
    """The product of two numbers, or the one that is none."""
    one, other = _decimal(left), _decimal(right)
    if one is None or other is None:
        return _not_computed(left, "×", right)
    return _digits(_EXACT.multiply(one, other))


def exact_quotient(left: str, right: str) -> str:
    """The quotient of two numbers to 12 places, or the one that is none; empty over zero."""
    over, under = _decimal(left), _decimal(right)
    if over is None or under is None:
        return _not_computed(left, "÷", right)
    return _digits(_EXACT.quantize(_EXACT.divide(over, under), _PLACES)) if under else ""


def exact_difference(left: str, right: str) -> str:
    """A number less another one, or the one that is none."""
    one, other = _decimal(left), _decimal(right)
    if one is None or other is None:
        return _not_computed(left, "−", right)
    return _digits(_EXACT.subtract(one, other))


def in_stated_unit(text: str, currency: str, factor: str) -> str:
    """An amount in a unit that is stated outside of it.

    One that names a unit of its own may be meant in one or the other, so it is not read.
    """
    amount, unit = plain_amount(text, currency), _decimal(factor)
    if amount is None or unit is None:
        return exact_product(text, factor)
    has_its_own = any(each in unicodedata.normalize("NFKC", text) for each in UNITS)
    return f"{text} × {factor}" if has_its_own and unit != 1 else exact_product(amount, factor)


def _not_computed(left: str, sign: str, right: str) -> str:
    """The one of two texts that is no number, as it came.

    A text that the warehouse could read, for it knows marks of currencies and percentages, would
    pass there for the result: what was to be done with it is written beside it.
    """
    is_right = _decimal(left) is not None
    text, other = (right, left) if is_right else (left, right)
    changes_nothing = _decimal(other) == (0 if sign == "−" else 1) and (not is_right or sign == "×")
    return f"{left} {sign} {right}" if _is_readable(text) and not changes_nothing else text


@lru_cache(maxsize=8192)
def _is_readable(text: str) -> bool:
    """Whether the warehouse reads a number in a column of money or of shares."""
    amounts = (plain_amount(text, currency) for currency in CURRENCY_MARKS)
    return plain_ratio(text) is not None or any(amount is not None for amount in amounts)


def register_spelling(con: Any) -> None:
    """Register what the macros call on a connection."""
    text, whole = "VARCHAR", "INTEGER"
    functions: tuple[tuple[Callable[..., str], list[str]], ...] = (
        (spelled_day, [text]),
        (spelled_moment, [text]),
        (day_by_clocks, [text, text]),
        (days_later, [text, whole]),
        (months_later, [text, text]),
        (spelled_number, [text]),
        (exact_product, [text, text]),
        (exact_quotient, [text, text]),
        (exact_difference, [text, text]),
        (in_stated_unit, [text, text, text]),
    )
    for function, kinds in functions:
        con.create_function(function.__name__, function, kinds, text)
