"""CMRR schedule: what the coming month-ends would show with what is signed today."""

from __future__ import annotations

from expansion_warehouse.workbook.book import Book
from expansion_warehouse.workbook.cells import Formula, apart, apart_in_points, ratio
from expansion_warehouse.workbook.layout import (
    LABEL_WIDTH,
    Field,
    Record,
    across,
    money_width,
    summed,
)
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "CMRR schedule"


def _follows(record: Record) -> Formula | None:
    before = record.before
    return apart(record["opening_mrr"], before["scheduled"]) if before else None


_FIELDS = [
    Field("opening_mrr", "Opening MRR", Kind.MONEY),
    Field("starts_mrr", "Signed, to begin", Kind.MONEY),
    Field("steps_mrr", "Agreed steps", Kind.MONEY),
    Field("discount_mrr", "Discounts that end or begin", Kind.MONEY),
    Field("replaced_mrr", "Replaced", Kind.MONEY),
    Field("notice_mrr", "Ends by notice", Kind.MONEY),
    Field("ended_mrr", "Terms that end", Kind.MONEY),
    Field("scheduled", "Scheduled MRR", Kind.MONEY, summed("opening_mrr", "ended_mrr"), Role.TOTAL),
    Field("committed_mrr", "Committed MRR (CMRR)", Kind.MONEY),
    Field("later_mrr", "Signed, to begin later", Kind.MONEY),
    Field("renews_itself_mrr", "Renews itself", Kind.MONEY),
    Field("due_so_far_mrr", "Due for renewal so far", Kind.MONEY),
    Field("rate_renewed_mrr", "Renewed (numerator of the rate)", Kind.MONEY),
    Field("rate_expiring_mrr", "Expired (denominator of the rate)", Kind.MONEY),
    Field(
        "rate",
        "Renewal rate",
        Kind.RATIO,
        lambda record: ratio(record["rate_renewed_mrr"], record["rate_expiring_mrr"]),
    ),
    Field("outlook_mrr", "Outlook", Kind.MONEY),
    Field("outlook_error", "Outlook so far ahead: mean error", Kind.RATIO),
    Field("outlook_miss", "Outlook so far ahead: mean miss", Kind.RATIO),
    Field("naive_miss", "Last value carried forward: miss", Kind.RATIO),
    Field("scheduled_mrr", "Scheduled MRR as published", Kind.MONEY),
    Field("renewal_rate", "Renewal rate as published", Kind.RATIO),
    Field(
        "check_scheduled",
        "Check: scheduled less published",
        Kind.CHECK,
        lambda record: apart(record["scheduled"], record["scheduled_mrr"]),
        says="Opening and steps come to the published scheduled MRR",
    ),
    Field(
        "check_opening",
        "Check: opening less scheduled before",
        Kind.CHECK,
        _follows,
        says="Each month ahead opens with the scheduled MRR of the month before",
    ),
    Field(
        "check_rate",
        "Check: rate, basis points",
        Kind.CHECK,
        lambda record: apart_in_points(record["rate"], record["renewal_rate"]),
        says="The renewal rate recomputed is the published one",
    ),
]


def write_schedule(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "CMRR schedule",
        "What the books would show at coming month-ends with what is signed and known now.",
        "The outlook renews what comes up for renewal at the measured rate; how far such outlooks "
        "were off stands below it.",
    )
    if book.absent(sheet, "kpi_cmrr_schedule"):
        return
    rows = book.marts.rows("kpi_cmrr_schedule", "month")
    sheet.titles(FIRST_ROW, [("Month", Kind.TEXT), *((row["month"], Kind.MONTH) for row in rows)])
    across(sheet, FIRST_ROW + 1, _FIELDS, list(rows))
    line = FIRST_ROW + len(_FIELDS) + 2
    for sentence in dict.fromkeys(
        row["verdict_sentence"] for row in rows if row["verdict_sentence"]
    ):
        sheet.note(line, sentence)
        line += 1
    width = money_width([row["scheduled_mrr"] for row in rows], book.digits)
    sheet.widths([LABEL_WIDTH, *(width for _ in rows)])
    sheet.freeze(FIRST_ROW + 1, 1)
    sheet.print_wide(12)
