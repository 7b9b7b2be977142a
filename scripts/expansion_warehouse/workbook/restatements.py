"""Restatements: as reported against restated, the lines behind it, and the sealed months."""

from __future__ import annotations

from typing import Any

from expansion_warehouse.workbook.book import LISTED, Book
from expansion_warehouse.workbook.cells import apart_in_points, minus, ratio
from expansion_warehouse.workbook.layout import Field, down, widths_of
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind

NAME = "Restatements"
_WINDOWS = [
    Field("month", "Month", Kind.MONTH),
    Field("retention_window", "Window", Kind.TEXT, width=9),
    Field("as_reported_opening_mrr", "Opening, as reported", Kind.MONEY),
    Field("as_reported_closing_mrr", "Closing, as reported", Kind.MONEY),
    Field("restated_opening_mrr", "Opening, restated", Kind.MONEY),
    Field("restated_closing_mrr", "Closing, restated", Kind.MONEY),
    Field(
        "reported",
        "NRR, as reported",
        Kind.POINTS,
        lambda r: ratio(r["as_reported_closing_mrr"], r["as_reported_opening_mrr"]),
    ),
    Field(
        "restated",
        "NRR, restated",
        Kind.POINTS,
        lambda r: ratio(r["restated_closing_mrr"], r["restated_opening_mrr"]),
    ),
    Field(
        "difference",
        "Difference",
        Kind.POINTS,
        lambda r: minus(r["restated"], r["reported"]) if _both(r) else None,
    ),
    Field("as_reported_grr", "GRR, as reported", Kind.POINTS),
    Field("restated_grr", "GRR, restated", Kind.POINTS),
    Field("changed_lines", "Changed lines", Kind.COUNT),
    Field("nrr_difference", "Difference as published", Kind.POINTS, width=11),
    Field(
        "check_difference",
        "Check: difference, basis points",
        Kind.CHECK,
        lambda r: apart_in_points(r["difference"], r["nrr_difference"]) if _both(r) else None,
        says="NRR restated less as reported is the published difference",
        width=12,
    ),
]
_LINES = [
    Field("month", "Month", Kind.MONTH),
    Field("retention_window", "Window", Kind.TEXT, width=9),
    Field("as_reported_opening_mrr", "Opening, as reported", Kind.MONEY),
    Field("as_reported_closing_mrr", "Closing, as reported", Kind.MONEY),
    Field("restated_opening_mrr", "Opening, restated", Kind.MONEY),
    Field("restated_closing_mrr", "Closing, restated", Kind.MONEY),
    Field("nrr_points", "NRR", Kind.POINTS),
    Field("reason", "Reason", Kind.TEXT, width=12),
    Field("known_on", "Known on", Kind.DATE),
    Field("account_id", "Account", Kind.TEXT, width=12),
    Field("contract_line_id", "Contract line", Kind.TEXT, width=24),
]
_SEALS = [
    Field("month", "Month", Kind.MONTH),
    Field("sealed_on", "Sealed on", Kind.DATE),
    Field("sealed_closing_mrr", "Closing MRR, sealed", Kind.MONEY),
    Field("current_closing_mrr", "From today's raw data", Kind.MONEY),
    Field("changed_lines", "Changed lines", Kind.COUNT),
    Field("reason", "Reason", Kind.TEXT),
    Field("sealed_nrr_12m", "NRR, sealed", Kind.POINTS),
    Field("current_nrr_12m", "NRR, today", Kind.POINTS),
    Field("sealed_by", "Sealed by", Kind.TEXT),
    Field("close_note", "Note", Kind.TEXT),
]


def _both(record: Any) -> bool:
    return (
        record.row["as_reported_nrr"] is not None
        and record.row["restated_nrr"] is not None
        and record.row["nrr_difference"] is not None
    )


def write_restatements(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Restatements",
        "Retention of the company as its close reported it and as it is known now, both bases.",
    )
    if book.absent(sheet, "fct_nrr_restatements", "fct_nrr_restatement_lines"):
        return
    windows = book.marts.rows("fct_nrr_restatements", "month desc, retention_window")
    lines = book.marts.rows(
        "fct_nrr_restatement_lines",
        "month desc, retention_window, contract_line_id",
        limit=LISTED,
    )
    seals = book.marts.rows("fct_sealed_months", "month")
    widths = widths_of(_WINDOWS, windows, book.digits)
    sheet.widths(widths)
    top = down(sheet, FIRST_ROW, _WINDOWS, windows, widths=widths, filtered=False) + 1
    title = book.listed("Lines whose part in a window changed", "fct_nrr_restatement_lines")
    sheet.band(top, title, len(_WINDOWS))
    top = down(sheet, top + 1, _LINES, lines, widths=widths) + 1
    if not lines:
        sheet.note(top - 1, "No line has changed.")
        top += 1
    sheet.band(top, "Sealed months: the published numbers beside today's raw data", len(_WINDOWS))
    last = down(sheet, top + 1, _SEALS, seals, widths=widths, filtered=False)
    if not seals:
        sheet.note(last, "No month is sealed: `warehouse close` seals one.")
    sheet.freeze(FIRST_ROW + 1, 2)
    sheet.print_long()
