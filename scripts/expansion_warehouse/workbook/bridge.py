"""Bridge: what moved MRR from one month-end to the next, months across, movements down."""

from __future__ import annotations

from typing import Any

from expansion_warehouse.workbook.book import BASES, REPORTED, RESTATED, Book
from expansion_warehouse.workbook.cells import Formula, amount, apart, apart_in_points
from expansion_warehouse.workbook.layout import (
    LABEL_WIDTH,
    Field,
    Record,
    across,
    by_month,
    money_width,
    summed,
)
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "Bridge"
MONTHS_ROW = FIRST_ROW
_CLOSED_ROW = FIRST_ROW + 1
_FIRST_BLOCK = FIRST_ROW + 2
# Every step between the opening and the closing, in the order of the rows.
STEPS: tuple[tuple[str, str], ...] = (
    ("new_mrr", "New"),
    ("expansion_mrr", "Expansion"),
    ("reactivation_mrr", "Reactivation"),
    ("contraction_mrr", "Contraction"),
    ("churn_mrr", "Churn"),
    ("fx_mrr", "Currency (new budget rate)"),
    ("merge_mrr", "Mergers and transferred lines"),
    ("prior_period_mrr", "Prior periods"),
)
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("new_accounts", "New accounts"),
    ("churned_accounts", "Churned accounts"),
    ("reactivated_accounts", "Reactivated accounts"),
    ("merged_accounts", "Merged accounts"),
    ("prior_period_accounts", "Prior-period accounts"),
)


def quick_ratio(record: Record) -> Formula:
    """What was gained over what was lost."""
    gained, lost = record["gained"], record["lost"]
    text = f'=IF({lost.ref}=0,"",{gained.ref}/-{lost.ref})'
    if not amount(lost.value):
        return Formula(text, "")
    return Formula(text, float(amount(gained.value)) / -float(lost.value))


def _opening_follows(record: Record) -> Formula | None:
    before = record.before
    return apart(record["opening_mrr"], before["closing"]) if before else None


def fields() -> list[Field]:
    """The lines of a basis."""
    return [
        Field("opening_mrr", "Opening MRR", Kind.MONEY),
        *(Field(key, title, Kind.MONEY) for key, title in STEPS),
        Field(
            "closing", "Closing MRR", Kind.MONEY, summed("opening_mrr", STEPS[-1][0]), Role.TOTAL
        ),
        Field("closing_arr", "Closing ARR", Kind.MONEY),
        Field("net_new", "Net new MRR", Kind.MONEY, summed(STEPS[0][0], STEPS[-1][0])),
        Field("gained", "Gained MRR", Kind.MONEY, summed("new_mrr", "reactivation_mrr")),
        Field("lost", "Lost MRR", Kind.MONEY, summed("contraction_mrr", "churn_mrr")),
        Field("quick", "Quick ratio", Kind.TIMES, quick_ratio),
        Field("paying_accounts", "Paying accounts", Kind.COUNT),
        *(Field(key, title, Kind.COUNT) for key, title in ACCOUNTS),
        Field("closing_mrr", "Closing MRR as published", Kind.MONEY),
        Field("quick_ratio", "Quick ratio as published", Kind.TIMES),
        Field(
            "check_closing",
            "Check: closing less published",
            Kind.CHECK,
            lambda record: apart(record["closing"], record["closing_mrr"]),
            says="Opening and movements come to the published closing MRR",
        ),
        Field(
            "check_opening",
            "Check: opening less closing before",
            Kind.CHECK,
            _opening_follows,
            says="Each month opens with the closing MRR of the month before",
        ),
        Field(
            "check_quick",
            "Check: quick ratio, ten-thousandths",
            Kind.CHECK,
            lambda record: apart_in_points(record["quick"], record["quick_ratio"]),
            says="The quick ratio is the published one",
        ),
    ]


def write_bridge(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "MRR bridge by month",
        "Opening MRR, what moved it, closing MRR; the whole company, both bases.",
    )
    if book.absent(sheet, "kpi_mrr_bridge", "dim_months"):
        return
    month_heads(book, sheet, "Month")
    rows = book.marts.rows("kpi_mrr_bridge", "basis, month", "segment_type = 'all'")
    top = _FIRST_BLOCK
    for basis in (RESTATED, REPORTED):
        lines = fields()
        sheet.band(top, BASES[basis], 1 + len(book.months))
        chosen = by_month([row for row in rows if row["basis"] == basis], book.month_days)
        book.blocks[NAME, basis] = across(sheet, top + 1, lines, chosen)
        top += len(lines) + 2
    finish_months(book, sheet, [row["closing_arr"] for row in rows])
    # The newest months are in sight when the sheet is opened.
    sheet.freeze(_CLOSED_ROW + 1, 1, len(book.months) - 11)
    sheet.print_wide(12)


def month_heads(book: Book, sheet: Sheet, title: str) -> None:
    """Months across, and below each the day it was closed on."""
    sheet.titles(MONTHS_ROW, [(title, Kind.TEXT), *((day, Kind.MONTH) for day in book.month_days)])
    sheet.put(_CLOSED_ROW, 0, "Closed on", Kind.TEXT, Role.LABEL)
    for column, row in enumerate(book.months, 1):
        value: Any = row["closed_at"] if row["is_closed"] else "provisional"
        sheet.put(_CLOSED_ROW, column, value or "closed", Kind.DATE)


def months_ref(book: Book) -> str:
    """The months at the head of the bridge, for formulas of other sheets."""
    return book.sheets[NAME].ref(MONTHS_ROW, 1, MONTHS_ROW, len(book.months))


def finish_months(book: Book, sheet: Sheet, amounts: list[Any]) -> None:
    """Widths of a sheet with months across."""
    width = money_width(amounts, book.digits)
    sheet.widths([LABEL_WIDTH, *(width for _ in book.months)])
