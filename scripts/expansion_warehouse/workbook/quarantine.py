"""Quarantine: raw rows that could not be used, and rows that count and say something odd."""

from __future__ import annotations

from expansion_warehouse.workbook.book import LISTED, Book
from expansion_warehouse.workbook.layout import Field, down
from expansion_warehouse.workbook.marts import READ
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind

NAME = "Quarantine"
_ROW = [
    Field("raw_table", "Raw table", Kind.TEXT, width=20),
    Field("raw_key", "Row", Kind.TEXT, width=24),
    Field("account_id", "Account", Kind.TEXT, width=18),
    Field("reason", "Reason", Kind.TEXT, width=22),
    Field("column_name", "Column", Kind.TEXT, width=16),
    Field("value", "Value", Kind.TEXT, width=18),
    Field("explanation", "What is wrong", Kind.LONG, width=50),
    Field("remedy", "What to do", Kind.LONG, width=50),
]
_REFUSED = [
    *_ROW,
    Field("currency", "Currency", Kind.TEXT, width=9),
    Field("amount", "Amount", Kind.NATIVE, width=15),
    Field("reporting_amount", "In reporting currency", Kind.NATIVE, width=15),
    Field("refused_mrr", "MRR refused", Kind.MONEY, width=13),
    Field("is_mrr_estimated", "Estimated", Kind.FLAG),
    Field("source_file", "File", Kind.TEXT, width=26),
]
_ODD = [*_ROW, Field("source_file", "File", Kind.TEXT)]


def write_quarantine(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Quarantine",
        "Raw rows that could not be used, the largest first: why, and what to write instead.",
        book.listed("", "dq_quarantine"),
    )
    if book.absent(sheet, "dq_quarantine", "dq_oddities"):
        return
    refused = book.marts.rows(
        "dq_quarantine",
        "refused_mrr desc nulls last, abs(reporting_amount) desc nulls last, "
        + ", ".join(READ["dq_quarantine"]),
        limit=LISTED,
    )
    # Rows may be refused or odd twice over, so every column decides their order.
    odd = book.marts.rows("dq_oddities", ", ".join(READ["dq_oddities"]), limit=LISTED)
    widths = [field.width or 9 for field in _REFUSED]
    sheet.widths(widths)
    top = down(sheet, FIRST_ROW, _REFUSED, refused, widths=widths)
    if not refused:
        sheet.note(top, "Nothing was refused.")
    title = book.listed("Rows that count and say something odd", "dq_oddities")
    sheet.band(top + 2, title, len(_REFUSED))
    last = down(sheet, top + 3, _ODD, odd, widths=widths, filtered=False)
    if not odd:
        sheet.note(last, "Nothing is odd.")
    sheet.freeze(FIRST_ROW + 1, 2)
    sheet.print_long(pages=2)
