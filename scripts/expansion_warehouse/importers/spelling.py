"""Days, moments and numbers as exports spell them: what the macros of an import call.

Each function takes a text and gives a plain one, or the text itself where it cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

_DAY = r"(?P<y>\d{4})(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
_TIME = r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<sec>\d{2})(?:[.,](?P<f>\d+))?)?"
_OFFSET = r" *(?P<o>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_MOMENT = re.compile(rf"{_DAY}(?:(?:T| +){_TIME}(?:{_OFFSET})?)?", flags=re.ASCII)
_EPOCH = re.compile(r"(-?\d{9,19})(?:\.(\d+))?", flags=re.ASCII)
# Digits of an epoch in seconds, milliseconds, microseconds and nanoseconds, and parts of a second.
_EPOCH_PARTS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?<=\d)\.?|\.(?=\d))\d*(?:[eE][+-]?\d{1,3})?",
    flags=re.ASCII,
)
_PLACES = Decimal(1).scaleb(-12)
# More digits than any amount has; what is cut off by them is no longer said to be exact.
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
_FARTHEST = timedelta(hours=14)

Reader = Callable[[str], str | None]


def _read(text: str) -> date | datetime | None:
    """The day or moment of a text: a moment with its offset where one is written, else naive."""
    plain = text.strip()
    found = _MOMENT.fullmatch(plain)
    try:
        if found is None:
            return _epoch(plain)
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["h"] is None:
            return day
        fraction = ((found["f"] or "") + "000000")[:6]
        clock = datetime(
            day.year, day.month, day.day, int(found["h"]), int(found["min"]),
            int(found["sec"] or 0), int(fraction),
        )  # fmt: skip
        return _with_offset(clock, found["o"])
    except (ValueError, OverflowError):
        return None


def _with_offset(clock: datetime, offset: str | None) -> datetime | None:
    if offset is None:
        return clock
    if offset[0] not in "+-":
        return clock.replace(tzinfo=UTC)
    digits = offset[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if ahead > _FARTHEST:
        return None
    return (clock - (ahead if offset[0] == "+" else -ahead)).replace(tzinfo=UTC)


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    parts = _EPOCH_PARTS.get(len(found[1].lstrip("-"))) if found else None
    if found is None or parts is None:
        return None
    microseconds = _EXACT.multiply(Decimal(text), Decimal(10**6) / parts)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))


def _midnight_as_written(text: str) -> date | None:
    """The day of a midnight by the clocks that wrote it, so whatever its offset."""
    plain = text.strip()
    found = _MOMENT.fullmatch(plain)
    if found is None:
        moment = _epoch(plain)
        return moment.date() if moment and moment.time() == datetime.min.time() else None
    is_midnight = found["h"] is not None and not int(
        found["h"] + found["min"] + (found["sec"] or "0") + (found["f"] or "0")
    )
    return date(int(found["y"]), int(found["m"]), int(found["d"])) if is_midnight else None


def _written(value: date | datetime) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    text = value.replace(tzinfo=None).isoformat()
    if value.microsecond:
        text = text.rstrip("0")
    return f"{text}Z" if value.tzinfo else text


def spelled_day(text: str, other: Reader) -> str:
    """The ISO day of a text; a moment that is no midnight stays a moment."""
    value = _read(text)
    if value is None:
        return other(text) or text
    if isinstance(value, datetime):
        return _written(_midnight_as_written(text) or value)
    return _written(value)


def spelled_moment(text: str, other: Reader) -> str:
    """The ISO moment of a text, with Z where its offset is known; a day stays a day."""
    value = _read(text)
    return (other(text) or text) if value is None else _written(value)


def day_by_clocks(text: str, zone: str, other: Reader) -> str:
    """The day of a moment by the clocks of a zone; one without an offset is of UTC."""
    value = _read(text)
    if value is None and (known := other(text)) is not None:
        value = _read(known)
    if value is None:
        return text
    if not isinstance(value, datetime):
        return _written(value)
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
    value, number = _read(text), _decimal(months, None)
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
    except ValueError:
        return text


def _decimal(text: str, other: Reader | None) -> Decimal | None:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        known = other(text) if other else None
        return Decimal(known) if known is not None else None
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


def _digits(value: Decimal) -> str:
    """Plain digits without zeros at the end of a fraction."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def spelled_number(text: str, other: Reader) -> str:
    """Plain digits of a number."""
    value = _decimal(text, other)
    return text if value is None else format(value, "f")


def exact_product(left: str, right: str, other: Reader) -> str:
    """The product of two numbers, or the one that is none."""
    values = _decimal(left, other), _decimal(right, other)
    for value, text in zip(values, (left, right), strict=True):
        if value is None:
            return text
    return _digits(_EXACT.multiply(*values))  # type: ignore[arg-type]


def exact_quotient(left: str, right: str, other: Reader) -> str:
    """The quotient of two numbers to 12 places, or the one that is none; empty over zero."""
    values = _decimal(left, other), _decimal(right, other)
    for value, text in zip(values, (left, right), strict=True):
        if value is None:
            return text
    over, under = values
    assert over is not None and under is not None
    if not under:
        return ""
    return _digits(_EXACT.quantize(_EXACT.divide(over, under), _PLACES))


def _none(_: str) -> None:
    return None


def register_spelling(con: Any) -> None:
    """Register what the macros call on a connection."""
    day: Reader = _none
    number: Reader = _none
    text, whole = "VARCHAR", "INTEGER"

    def register(name: str, kinds: list[str], function: Callable[..., str]) -> None:
        con.create_function(name, function, kinds, text)

    register("spelled_day", [text], lambda x: spelled_day(x, day))
    register("spelled_moment", [text], lambda x: spelled_moment(x, day))
    register("day_by_clocks", [text, text], lambda x, zone: day_by_clocks(x, zone, day))
    register("days_later", [text, whole], days_later)
    register("months_later", [text, text], months_later)
    register("spelled_number", [text], lambda x: spelled_number(x, number))
    register("exact_product", [text, text], lambda x, y: exact_product(x, y, number))
    register("exact_quotient", [text, text], lambda x, y: exact_quotient(x, y, number))
