"""NRR and GRR: numerators, denominators and intervals; the ratios are formulas."""

from __future__ import annotations

from expansion_warehouse.workbook.book import BASIS_NAMES, REPORTED, RESTATED, Book
from expansion_warehouse.workbook.bridge import finish_months, month_heads
from expansion_warehouse.workbook.cells import apart, apart_in_points, ratio
from expansion_warehouse.workbook.layout import Field, across, by_month, summed
from expansion_warehouse.workbook.sheet import FIRST_ROW
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "NRR and GRR"
_FIRST_BLOCK = FIRST_ROW + 2
_WINDOWS = (("12m", "12 months"), ("3m", "3 months"), ("1m", "1 month"))
_RATES = (("nrr", "NRR"), ("grr", "GRR"), ("logo_retention", "Logo retention"))


def _fields() -> list[Field]:
    return [
        Field("opening_mrr", "Opening MRR (denominator)", Kind.MONEY),
        Field("expansion_mrr", "Expansion", Kind.MONEY),
        Field("contraction_mrr", "Contraction", Kind.MONEY),
        Field("churn_mrr", "Churn", Kind.MONEY),
        Field("returned_mrr", "Returned inside the window", Kind.MONEY),
        Field(
            "closing",
            "Closing MRR of the same accounts",
            Kind.MONEY,
            summed("opening_mrr", "returned_mrr"),
            Role.TOTAL,
        ),
        Field("kept_mrr", "Kept MRR (no expansion)", Kind.MONEY),
        Field("opening_accounts", "Accounts at the opening", Kind.COUNT),
        Field("retained_accounts", "Accounts retained", Kind.COUNT),
        Field("rate_nrr", "NRR", Kind.RATIO, lambda r: ratio(r["closing"], r["opening_mrr"])),
        Field("nrr_low", "NRR, lower bound (95 %)", Kind.RATIO),
        Field("nrr_high", "NRR, upper bound (95 %)", Kind.RATIO),
        Field("rate_grr", "GRR", Kind.RATIO, lambda r: ratio(r["kept_mrr"], r["opening_mrr"])),
        Field("grr_low", "GRR, lower bound (95 %)", Kind.RATIO),
        Field("grr_high", "GRR, upper bound (95 %)", Kind.RATIO),
        Field(
            "rate_logo_retention",
            "Logo retention",
            Kind.RATIO,
            lambda r: ratio(r["retained_accounts"], r["opening_accounts"]),
        ),
        Field("logo_retention_low", "Logo retention, lower bound", Kind.RATIO),
        Field("logo_retention_high", "Logo retention, upper bound", Kind.RATIO),
        Field("nrr_band", "Band of NRR", Kind.TEXT),
        Field("is_small_sample", "Small sample", Kind.FLAG),
        Field("interval_note", "Interval", Kind.TEXT),
        Field("closing_mrr", "Closing MRR as published", Kind.MONEY),
        *(Field(key, f"{title} as published", Kind.RATIO) for key, title in _RATES),
        Field(
            "check_closing",
            "Check: closing less published",
            Kind.CHECK,
            lambda r: apart(r["closing"], r["closing_mrr"]),
            says="Opening and flows come to the published closing MRR",
        ),
        *(
            Field(
                f"check_{key}",
                f"Check: {title}, basis points",
                Kind.CHECK,
                lambda r, key=key: apart_in_points(r[f"rate_{key}"], r[key]),  # type: ignore[misc]
                says=f"{title} recomputed is the published one",
            )
            for key, title in _RATES
        ),
    ]


def write_retention(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Net and gross revenue retention",
        "Of the accounts that paid at the opening of the window; the whole company, both bases.",
        "Months without a row have no window that is as long. Bounds are empty where too little "
        "is known; the line Interval says why.",
    )
    if book.absent(sheet, "kpi_nrr", "dim_months"):
        return
    month_heads(book, sheet, "Month in which the window ends")
    rows = book.marts.rows("kpi_nrr", "basis, retention_window, month", "segment_type = 'all'")
    top = _FIRST_BLOCK
    for window, words in _WINDOWS:
        for basis in (RESTATED, REPORTED):
            sheet.band(top, f"{words}, {BASIS_NAMES[basis].lower()}", 1 + len(book.months))
            chosen = [
                row for row in rows if row["basis"] == basis and row["retention_window"] == window
            ]
            lines = _fields()
            found = by_month(chosen, book.month_days)
            book.blocks[NAME, basis, window] = across(sheet, top + 1, lines, found)
            top += len(lines) + 2
    finish_months(book, sheet, [row["closing_mrr"] for row in rows])
    sheet.freeze(FIRST_ROW + 2, 1, len(book.months) - 11)
    sheet.print_wide(12)
