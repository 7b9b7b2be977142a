"""Numbers, dates and names as an English page should write them, worked out without a browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from expansion_warehouse.report.site import words

MISSING, MINUS = "–", "−"
SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
SPELT = re.compile(r"\b(mrr|arr|nrr|grr|nps|auc|csm|id)\b")


def exact(value: Any) -> Decimal:
    """What a browser holds of a number: the nearest double."""
    return Decimal(float(value))


def fixed(value: Decimal, places: int) -> str:
    """So many decimals, halves away from zero, groups of three digits."""
    rounded = abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return (MINUS if value < 0 and rounded else "") + f"{rounded:,}"


def trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def significant(value: Decimal, digits: int) -> Decimal:
    if not value:
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def signed(text: str, value: Any) -> str:
    return f"+{text}" if value > 0 else text


def percent(value: Any) -> str:
    return fixed(exact(value) * 100, 1) + "%"


def points(value: Any) -> str:
    # The page multiplies in doubles before it rounds.
    scaled = Decimal(float(value) * 100)
    if scaled and abs(scaled) < Decimal("0.05"):
        slight = trimmed(f"{significant(abs(scaled), 1):f}")
        return signed((MINUS if scaled < 0 else "") + slight, scaled) + " pt"
    return signed(fixed(scaled, 1), scaled) + " pt"


def count(value: Any) -> str:
    return fixed(exact(value), 0)


def score(value: Any) -> str:
    return fixed(exact(value), 1)


def factor(value: Any) -> str:
    return fixed(exact(value), 2)


def number(value: Any) -> str:
    """At most two decimals; what is smaller than that keeps two digits."""
    held = exact(value)
    if held and abs(held) < Decimal("0.01"):
        small = significant(abs(held), 2)
        return (MINUS if held < 0 else "") + trimmed(f"{small:f}")
    return trimmed(fixed(held, 2))


def month(value: date) -> str:
    return f"{value:%b %Y}"


def day(value: date) -> str:
    return f"{value:%b} {value.day}, {value.year}"


def yes(value: bool) -> str:
    return "yes" if value else "no"


def sentence(text: str) -> str:
    """A sentence of the marts with its days as a page writes them."""
    isolated = r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])"
    return re.sub(isolated, lambda found: day(date.fromisoformat(found[0])), text)


@cache
def texts() -> dict[str, Any]:
    return words("en")


def spoken(name: str) -> str:
    said = SPELT.sub(lambda found: found[0].upper(), name.replace("_", " "))
    return said[:1].upper() + said[1:]


def label(column: str) -> str:
    """A column's name."""
    return str(texts()["columns"].get(column) or spoken(column))


def named(group: str, value: str | None) -> str:
    """What a value of a list is called."""
    if value is None:
        return MISSING
    known = texts()["values"].get(group, {}).get(value)
    return str(known) if known else spoken(value)


def quantity(value: Any) -> str:
    """Up to six decimals, none where it is whole."""
    return trimmed(fixed(exact(value), 6))


@cache
def minor_digits() -> dict[str, int]:
    """Digits of the coins of each currency, by the seed."""
    seed = Path(__file__).parents[3] / "seeds" / "currencies.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        return {row["currency"]: int(row["minor_unit_digits"]) for row in csv.DictReader(file)}


def native(value: Any, currency: str | None) -> str:
    """An amount in its own currency: the digits of its coins, and more where it has more."""
    least = minor_digits().get(currency or "", 2)
    whole, _, digits = quantity(value).partition(".")
    return f"{whole}.{digits.ljust(least, '0')}" if digits or least else whole


@dataclass(frozen=True)
class Money:
    """Amounts of one currency."""

    currency: str

    @property
    def places(self) -> int:
        return 0 if self.currency in ("JPY", "KRW") else 2

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.currency, self.currency)

    def amount(self, value: Any) -> str:
        return fixed(exact(value), self.places)

    def full(self, value: Any) -> str:
        text = self.amount(value)
        return text.replace(MINUS, MINUS + self.symbol) if MINUS in text else self.symbol + text

    def compact(self, value: Any) -> str:
        """Three digits and a letter: ¥16.1M."""
        held = significant(abs(exact(value)), 3)
        text = trimmed(f"{held:f}")
        for size, letter in ((12, "T"), (9, "B"), (6, "M"), (3, "K")):
            if held >= 10**size:
                text = trimmed(f"{held.scaleb(-size):f}") + letter
                break
        return (MINUS if value < 0 and held else "") + self.symbol + text

    def signed_compact(self, value: Any) -> str:
        return signed(self.compact(value), value)


def shown(form: Callable[[Any], str], value: Any) -> str:
    """A dash where there is no value."""
    return MISSING if value is None else form(value)
