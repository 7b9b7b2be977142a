"""Definitions: what every mart and column of the workbook means, in the project's own words."""

from __future__ import annotations

from typing import Any

from expansion_warehouse.workbook.book import Book
from expansion_warehouse.workbook.layout import Field, down
from expansion_warehouse.workbook.marts import READ, Row
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind

NAME = "Definitions"
_FIELDS = [
    Field("kind", "Kind", Kind.TEXT, width=10),
    Field("of", "Of", Kind.TEXT, width=28),
    Field("name", "Name", Kind.TEXT, width=34),
    Field("text", "What it means", Kind.LONG, width=120),
]


def write_definitions(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Definitions",
        "Marts and columns that this workbook shows, words that stand in their cells, and rules.",
        "Filter by name. Rules are rows of the specification in docs/specification.",
    )
    rows = [*_columns(book), *_words(book), *_rules(book)]
    widths = [field.width or 9 for field in _FIELDS]
    sheet.widths(widths)
    down(sheet, FIRST_ROW, _FIELDS, rows, widths=widths)
    sheet.freeze(FIRST_ROW + 1, 0)
    sheet.print_long()


def _columns(book: Book) -> list[Row]:
    rows: list[Row] = []
    for mart in READ:
        if not book.marts.has(mart):
            continue
        text, columns = book.marts.described(mart)
        rows.append(_row("mart", None, mart, text))
        rows += [_row("column", mart, name, words) for name, words in columns]
    return rows


def _words(book: Book) -> list[Row]:
    return [
        _row("word", kind, word, meaning)
        for kind, words in sorted(book.facts.words.items())
        for word, meaning in words.items()
    ]


def _rules(book: Book) -> list[Row]:
    return [_row("rule", None, name, text) for name, text in sorted(book.facts.rules.items())]


def _row(kind: str, of: str | None, name: str, text: Any) -> Row:
    plain = " ".join(str(text).replace("`", "").split()) if text else None
    return {"kind": kind, "of": of, "name": name, "text": plain}
