"""Texts of a raw folder as values, by rules of its own."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

_MARKS = {
    "JPY": ("JPY", "¥", "円"),
    "CNY": ("CNY", "¥", "元"),
    "USD": ("USD", "US$", "$"),
    "EUR": ("EUR", "€"),
    "GBP": ("GBP", "£"),
    "KRW": ("KRW", "₩"),
    "INR": ("INR", "₹"),
}
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def cleaned(text: str | None) -> str:
    """Full-width signs made plain, blanks around it gone."""
    return unicodedata.normalize("NFKC", text or "").strip(" \t\n\r")


def folded(text: str | None) -> str:
    """An id as it is compared."""
    return cleaned(text).casefold()


def number(text: str | None, currency: str = "") -> Decimal | None:
    """A number as people write it, None where it is none."""
    bare = cleaned(text)
    for mark in _MARKS.get(currency, ()):
        sign, rest = ("-", bare[1:]) if bare.startswith("-") else ("", bare)
        if rest.upper().startswith(mark):
            bare = sign + rest[len(mark) :].strip()
        elif bare.upper().endswith(mark):
            bare = bare[: -len(mark)].strip()
    if not _NUMBER.fullmatch(bare):
        return None
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None


def plain_day(text: str | None) -> date | None:
    """A day that is written plainly, None for anything else."""
    bare = cleaned(text)
    if not _DAY.fullmatch(bare):
        return None
    try:
        return date.fromisoformat(bare)
    except ValueError:
        return None


def is_true(text: str | None) -> bool:
    """A flag that is set."""
    return cleaned(text).lower() in ("true", "t", "yes", "y", "1")
