"""How cells look: inputs blue, formulas black, negatives in parentheses, dates as dates."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

BLUE, BLACK, GREY, WHITE = "#0000C8", "#000000", "#595959", "#FFFFFF"
HEAD, BAND = "#1F3A5F", "#E8EDF3"
GREEN_TEXT, GREEN, RED_TEXT, RED = "#0B5D2A", "#D8EFDF", "#9C0006", "#FBD5D5"
FONT = "Arial"


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    LONG = "long text"
    MONEY = "money"
    NATIVE = "money of any currency"
    COUNT = "count"
    RATIO = "ratio"
    POINTS = "points"
    TIMES = "times"
    SCORE = "score"
    DATE = "date"
    MONTH = "month"
    FLAG = "flag"
    CHECK = "check"


class Role(StrEnum):
    """What a cell is to its reader."""

    INPUT = "input"
    FORMULA = "formula"
    TOTAL = "total"
    HEAD = "head"
    WRAPPED = "head of a column with a long title"
    LABEL = "label"


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any, digits: int) -> None:
        """For money with so many digits after the point."""
        self._workbook = workbook
        self._made: dict[Any, Any] = {}
        self.number_formats = _number_formats(digits)

    def of(self, kind: Kind, role: Role, first: bool = False) -> Any:
        """The format of a cell; text stands off from the number before it, but not at the edge."""
        return self._make((kind, role, first), lambda: self._properties(kind, role, first))

    def special(self, **properties: Any) -> Any:
        """A format of its own: titles, notes."""
        return self._make(tuple(sorted(properties.items())), lambda: {**_BASE, **properties})

    def rule(self, **properties: Any) -> Any:
        """The format of a condition, which says no more than what it changes."""
        return self._make(("rule", *sorted(properties.items())), lambda: properties)

    def _make(self, key: Any, properties: Any) -> Any:
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties())
        return self._made[key]

    def _properties(self, kind: Kind, role: Role, first: bool) -> dict[str, Any]:
        number = self.number_formats.get(kind)
        found = {**_BASE, **({"num_format": number} if number else {})}
        if kind in _RIGHT:
            found["align"] = "left" if first else "right"
        elif not first:
            found |= {"align": "left", "indent": 1}
        if kind is Kind.LONG:
            found["text_wrap"] = True
        if role is Role.INPUT and kind not in (Kind.TEXT, Kind.LONG):
            found["font_color"] = BLUE
        if role is Role.TOTAL:
            found |= {"bold": True, "top": 1}
        if role in (Role.HEAD, Role.WRAPPED):
            found |= {
                **{"bold": True, "font_color": WHITE, "bg_color": HEAD, "valign": "vcenter"},
                **{"text_wrap": role is Role.WRAPPED},
            }
        return found


_RIGHT = frozenset(Kind) - {Kind.TEXT, Kind.LONG}
# Metrics of this font are the same everywhere, and so are widths.
DEFAULT_FONT = {"font_name": FONT, "font_size": 10}
_BASE = {**DEFAULT_FONT, "valign": "top"}


def _number_formats(digits: int) -> dict[Kind, str]:
    places = f".{'0' * digits}" if digits else ""
    return {
        Kind.MONEY: _signed(f"#,##0{places}"),
        Kind.NATIVE: _signed("#,##0.00####"),
        Kind.COUNT: _signed("#,##0"),
        Kind.RATIO: _signed("0.0%"),
        Kind.POINTS: _signed("0.00%"),
        Kind.TIMES: _signed('0.00"x"'),
        Kind.SCORE: _signed("0.0"),
        Kind.CHECK: _signed("0.00"),
        Kind.FLAG: '"TRUE";"TRUE";"FALSE"',
        Kind.DATE: "yyyy-mm-dd",
        Kind.MONTH: "yyyy-mm",
    }


def _signed(number: str) -> str:
    return f"{number}_);({number})"
