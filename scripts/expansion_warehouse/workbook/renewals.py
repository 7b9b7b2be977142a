"""Renewals ahead: what is up for renewal by month and quarter, and term by term."""

from __future__ import annotations

from itertools import zip_longest

from expansion_warehouse.workbook.book import LISTED, Book
from expansion_warehouse.workbook.cells import apart
from expansion_warehouse.workbook.layout import Field, Make, down, widths_of
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind

NAME = "Renewals ahead"
_STATES = (
    ("open_mrr", "Open"),
    ("at_risk_mrr", "At risk"),
    ("notice_mrr", "Under notice"),
    ("renewed_early_mrr", "Renewed early"),
)
_BANDS = (
    ("green_mrr", "Green"),
    ("yellow_mrr", "Yellow"),
    ("red_mrr", "Red"),
    ("unscored_mrr", "Without a score"),
)


def _apart(parts: tuple[tuple[str, str], ...]) -> Make:
    return lambda record: apart(record["due_mrr"], *(record[key] for key, _ in parts))


_SUMMARY = [
    Field("period_label", "Period", Kind.TEXT, width=14),
    Field("period", "From", Kind.DATE),
    Field("period_type", "Kind", Kind.TEXT, width=12),
    Field("is_partial", "Partial", Kind.FLAG),
    Field("due_terms", "Terms", Kind.COUNT),
    Field("due_accounts", "Accounts", Kind.COUNT),
    Field("due_mrr", "Due MRR", Kind.MONEY),
    *(Field(key, title, Kind.MONEY) for key, title in _STATES),
    *(Field(key, title, Kind.MONEY) for key, title in _BANDS),
    Field("unproposed_mrr", "Nothing proposed", Kind.MONEY),
    Field(
        "check_states",
        "Check: due less its states",
        Kind.CHECK,
        _apart(_STATES),
        says="What is due is open, at risk, under notice or renewed early",
        width=11,
    ),
    Field(
        "check_bands",
        "Check: due less its bands",
        Kind.CHECK,
        _apart(_BANDS),
        says="What is due is green, yellow, red or without a score",
        width=11,
    ),
]
_TERMS = [
    Field("account_id", "Account", Kind.TEXT),
    Field("due_on", "Due on", Kind.DATE),
    Field("renewal_state", "State", Kind.TEXT),
    Field("health_band", "Health", Kind.TEXT),
    Field("health_score", "Score", Kind.SCORE),
    Field("notice_on", "Notice on", Kind.DATE),
    Field("due_mrr", "Due MRR", Kind.MONEY),
    Field("proposed_mrr", "Proposed MRR", Kind.MONEY),
    Field("proposed_on", "Proposed on", Kind.DATE),
    Field("product_id", "Product", Kind.TEXT),
    Field("csm_owner", "CSM", Kind.TEXT),
    Field("sales_owner", "Sales", Kind.TEXT),
    Field("account_name", "Name", Kind.TEXT, width=28),
    Field("contract_line_id", "Contract line", Kind.TEXT, width=26),
    Field("renewed_by", "Renewed by", Kind.TEXT, width=26),
]


def write_renewals(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Renewals ahead",
        "Terms that are up for renewal, in the order of their last day.",
        "Renewals that are over are in csv/kpi_renewals.csv.",
    )
    if book.absent(sheet, "kpi_renewals_ahead", "fct_renewals_ahead"):
        return
    summary = book.marts.rows("kpi_renewals_ahead", "period_type desc, period")
    terms = book.marts.rows(
        "fct_renewals_ahead", "due_on, account_id, contract_line_id", limit=LISTED
    )
    pairs = zip_longest(
        widths_of(_SUMMARY, summary, book.digits),
        widths_of(_TERMS, terms, book.digits),
        fillvalue=0.0,
    )
    widths = [max(pair) for pair in pairs]
    sheet.widths(widths)
    after = down(sheet, FIRST_ROW, _SUMMARY, summary, widths=widths, filtered=False)
    sheet.band(after + 1, book.listed("Term by term", "fct_renewals_ahead"), len(_TERMS))
    down(sheet, after + 2, _TERMS, terms, widths=widths)
    sheet.freeze(FIRST_ROW + 1, 1)
    sheet.print_long()
