"""Reconciliation: every raw row once, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from expansion_warehouse.workbook.book import LISTED, Book
from expansion_warehouse.workbook.cells import Formula, added, apart, total
from expansion_warehouse.workbook.layout import Field, Make, Record, down
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, column_name
from expansion_warehouse.workbook.styles import Kind

NAME = "Reconciliation"
_OUTCOMES = ("modelled", "excluded", "quarantined")
_ROWS = [
    Field("raw_table", "Raw table", Kind.TEXT, width=26),
    Field("outcome", "Outcome", Kind.TEXT, width=13),
    Field("row_count", "Rows", Kind.COUNT, width=13),
    Field("amount", "Amount", Kind.NATIVE, width=20),
    Field("currency", "Currency", Kind.TEXT, width=13),
    Field("month", "Month", Kind.MONTH, width=13),
    Field("reason", "Reason", Kind.TEXT, width=26),
]


def write_reconciliation(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Reconciliation",
        "Every raw row and its money once: read is modelled, excluded or quarantined.",
        "Rows read are those that the run counted in the raw folder before anything was built. "
        "Amounts are in the currency of the row and are not added up.",
    )
    if book.absent(sheet, "fct_source_reconciliation"):
        return
    rows = book.marts.rows(
        "fct_source_reconciliation",
        "raw_table, month nulls first, currency nulls first, outcome, reason nulls first",
        limit=LISTED,
    )
    whole = book.marts.count("fct_source_reconciliation") == len(rows)
    counts = book.marts.ask(
        "select raw_table, outcome, sum(row_count) as row_count "
        "from fct_source_reconciliation group by all order by raw_table, outcome"
    )
    read = {table for table, rows in book.facts.rows_read.items() if rows}
    tables = sorted({row["raw_table"] for row in counts} | read)
    list_row = FIRST_ROW + len(tables) + 3
    span = (list_row + 1, list_row + max(len(rows), 1))
    summary: list[Row] = [
        {"raw_table": table, "read": book.facts.rows_read.get(table)} for table in tables
    ]
    fields = _summary(counts, span, whole)
    widths = [field.width or 12 for field in _ROWS]
    sheet.widths(widths)
    top = down(sheet, FIRST_ROW, fields, summary, widths=widths, filtered=False)
    title = book.listed("By table, month, currency and outcome", "fct_source_reconciliation")
    sheet.band(top + 1, title, len(_ROWS))
    down(sheet, list_row, _ROWS, rows, widths=widths)
    sheet.freeze(FIRST_ROW + 1, 1)
    sheet.print_long(last_row=top - 1)


def _summary(counts: Sequence[Row], span: tuple[int, int], whole: bool) -> list[Field]:
    return [
        Field("raw_table", "Raw table", Kind.TEXT),
        Field("read", "Rows read", Kind.COUNT),
        *(
            Field(word, word.capitalize(), Kind.COUNT, _counted(word, counts, span, whole))
            for word in _OUTCOMES
        ),
        Field(
            "sum",
            "Accounted for",
            Kind.COUNT,
            lambda record: total(record.between(_OUTCOMES[0], _OUTCOMES[-1])),
        ),
        Field(
            "check_rows",
            "Check: read less accounted for",
            Kind.CHECK,
            lambda r: apart(r["read"], r["sum"]) if r.row["read"] is not None else None,
            says="Every raw row is modelled, excluded or quarantined",
        ),
    ]


def _counted(word: str, counts: Sequence[Row], span: tuple[int, int], whole: bool) -> Make:
    """Rows of a table with an outcome: a live sum where the list below is whole."""
    first, last = span

    def make(record: Record) -> Any:
        value = added(
            [
                row["row_count"]
                for row in counts
                if row["raw_table"] == record.row["raw_table"] and row["outcome"] == word
            ]
        )
        if not whole:
            return value
        ranges = [
            f"${column_name(number)}${first + 1}:${column_name(number)}${last + 1}"
            for number in range(3)
        ]
        name = record["raw_table"].ref
        text = f'=SUMIFS({ranges[2]},{ranges[0]},{name},{ranges[1]},"{word}")'
        return Formula(text, value)

    return make
