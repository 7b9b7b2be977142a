"""How values are written in the pack, whatever others put into them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from expansion_warehouse.printable import printable_line

NOTHING = "–"

# Everything that Markdown, or HTML inside it, reads as more than a letter; not a_name.
_MARKDOWN = re.compile(
    r"[\\`*{}\[\]<>|~&@]|(?<![a-zA-Z0-9])_|_(?![a-zA-Z0-9])|^[-+#=]|^\d+[.)](?=\s|$)|(?<=[a-zA-Z]):(?=//)"
)
# Signs with which a spreadsheet begins a formula, also in their full width.
_FORMULA = tuple("=+-@＝＋－＠")
# What chats read as a mention, a link or a command.
_CHAT = str.maketrans({"<": "＜", ">": "＞", "&": "＆", "@": "＠"})


def markdown(text: object) -> str:
    """Text for one cell or line of Markdown: one line, and no sign of it means anything."""
    line = printable_line(text).strip()
    return _MARKDOWN.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line) or NOTHING


def cell(value: object) -> str:
    """A value for CSV: text can neither break the row nor begin a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = printable_line(value)
        return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def plain_number(value: Decimal) -> str:
    """An exact number without trailing zeros."""
    return f"{value.normalize():f}"


def amount(value: Any) -> str:
    """Money in whole units of the reporting currency, as the closing summary writes it."""
    return NOTHING if value is None else f"{value:,.0f}"


def percent(value: Any) -> str:
    """A rate."""
    return NOTHING if value is None else f"{value:.1%}".replace("%", " %")


def day(value: date | None) -> str:
    """A date."""
    return NOTHING if value is None else value.isoformat()


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def chat(text: object) -> str:
    """Text that a chat shows as it is: nobody is mentioned, nothing is linked."""
    return printable_line(text).translate(_CHAT)


def spoken(code: Any) -> str:
    """A code of the marts in words."""
    return str(code or "").replace("_", " ")


def json_value(value: Any) -> Any:
    """A value as JSON has it; exact numbers stay numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
