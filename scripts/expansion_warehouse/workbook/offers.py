"""Offers: what could be offered to every paying account, those that are ready first."""

from __future__ import annotations

from expansion_warehouse.workbook.book import LISTED, Book
from expansion_warehouse.workbook.layout import Field, down, widths_of
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind

NAME = "Offers"
_FIELDS = [
    Field("priority", "Place", Kind.COUNT, width=7),
    Field("account_id", "Account", Kind.TEXT, width=12),
    Field("account_name", "Name", Kind.TEXT, width=28),
    Field("offer_class", "Offer", Kind.TEXT, width=14),
    Field("product_id", "Product", Kind.TEXT, width=12),
    Field("plan_id", "Plan", Kind.TEXT, width=26),
    Field("owner_role", "For", Kind.TEXT, width=8),
    Field("csm_owner", "CSM", Kind.TEXT, width=10),
    Field("sales_owner", "Sales", Kind.TEXT, width=10),
    Field("current_mrr", "MRR now", Kind.MONEY),
    Field("delta_mrr", "Step", Kind.MONEY),
    Field("target_mrr", "MRR then", Kind.MONEY),
    Field("price_gap", "Step, share", Kind.RATIO),
    Field("expected_value", "Expected value", Kind.MONEY),
    Field("is_eligible", "Allowed", Kind.FLAG),
    Field("timing_reason", "Why now", Kind.TEXT, width=18),
    Field("blocked_reasons", "Blocked because", Kind.TEXT, width=30),
    Field("blocked_until", "Until", Kind.DATE),
    Field("sentence", "Evidence", Kind.TEXT, width=70),
]


def write_offers(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Offers",
        "What could be offered to every paying account: ready ones first, in their order; then "
        "those that wait for their time; then blocked ones.",
        book.listed("", "fct_upsell_opportunities"),
    )
    if book.absent(sheet, "fct_upsell_opportunities"):
        return
    rows = book.marts.rows(
        "fct_upsell_opportunities",
        "priority nulls last, is_eligible desc, account_id, offer_id",
        limit=LISTED,
    )
    widths = widths_of(_FIELDS, rows, book.digits)
    sheet.widths(widths)
    down(sheet, FIRST_ROW, _FIELDS, rows, widths=widths)
    sheet.freeze(FIRST_ROW + 1, 3)
    # Blocked offers are for the screen.
    allowed = sum(1 for row in rows if row["is_eligible"])
    sheet.print_long(pages=2, last_row=FIRST_ROW + max(allowed, 1))
