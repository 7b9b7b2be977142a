"""Segments: the newest month's bridge and its retention over twelve months, by segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from expansion_warehouse.workbook.book import BASIS_NAMES, Book
from expansion_warehouse.workbook.bridge import STEPS
from expansion_warehouse.workbook.cells import (
    Formula,
    added,
    apart,
    apart_in_points,
    check_text,
    ratio,
    rounded,
)
from expansion_warehouse.workbook.layout import Field, Make, Record, down, summed, widths_of
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, column_name
from expansion_warehouse.workbook.styles import Kind

NAME = "Segments"
_STEPS = (*STEPS, ("segment_transfer_mrr", "Moved to or from other segments"))
_ROWS = """
with
bridge as (select * from kpi_mrr_bridge where month = (select max(month) from kpi_mrr_bridge)),
retention as (
    select *
    from kpi_nrr
    where retention_window = '12m' and month = (select max(month) from kpi_mrr_bridge)
),
joined as (
select
    coalesce(b.basis, r.basis) as basis,
    coalesce(b.segment_type, r.segment_type) as segment_type,
    coalesce(b.segment, r.segment) as segment,
    b.month as bridge_month,
    b.opening_mrr, b.new_mrr, b.expansion_mrr, b.reactivation_mrr, b.contraction_mrr, b.churn_mrr,
    b.fx_mrr, b.merge_mrr, b.prior_period_mrr, b.segment_transfer_mrr, b.closing_mrr,
    b.paying_accounts,
    r.month as retention_month,
    r.opening_mrr as window_opening, r.closing_mrr as window_closing, r.kept_mrr,
    r.opening_accounts, r.retained_accounts, r.nrr, r.nrr_low, r.nrr_high,
    r.grr, r.grr_low, r.grr_high, r.is_small_sample
from bridge as b
full outer join retention as r
    on b.basis = r.basis and b.segment_type = r.segment_type and b.segment = r.segment
)
select * from joined
order by basis desc, segment_type <> 'all', segment_type, segment
"""


def write_segments(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    newest = f" of {book.newest:%Y-%m}" if book.newest else ""
    sheet.head(
        f"Segments{newest}",
        "MRR bridge of the newest month, and retention over the twelve months up to it.",
        "Every account is in one segment of each kind. Small samples are marked: their rates say "
        "little.",
    )
    if book.absent(sheet, "kpi_mrr_bridge", "kpi_nrr"):
        return
    rows = book.marts.ask(_ROWS)
    for row in rows:
        row["basis_name"] = BASIS_NAMES.get(row["basis"], row["basis"])
    fields = _fields(rows)
    widths = widths_of(fields, rows, book.digits)
    sheet.widths(widths)
    down(sheet, FIRST_ROW, fields, rows, widths=widths)
    sheet.freeze(FIRST_ROW + 1, 3)
    sheet.print_long(pages=2)


def _fields(rows: Sequence[Row]) -> list[Field]:
    return [
        Field("basis_name", "Basis", Kind.TEXT, width=12),
        Field("segment_type", "Kind of segment", Kind.TEXT, width=20),
        Field("segment", "Segment", Kind.TEXT, width=22),
        Field("paying_accounts", "Paying accounts", Kind.COUNT),
        Field("opening_mrr", "Opening MRR", Kind.MONEY),
        *(Field(key, title, Kind.MONEY) for key, title in _STEPS),
        Field(
            "closing",
            "Closing MRR",
            Kind.MONEY,
            _if_bridge(summed("opening_mrr", _STEPS[-1][0])),
            width=13,
        ),
        Field("closing_mrr", "Closing MRR as published", Kind.MONEY),
        Field("window_opening", "MRR 12 months ago", Kind.MONEY),
        Field("window_closing", "Of the same accounts now", Kind.MONEY),
        Field("kept_mrr", "Kept MRR", Kind.MONEY),
        Field("opening_accounts", "Accounts at the opening", Kind.COUNT),
        Field("retained_accounts", "Accounts retained", Kind.COUNT),
        Field("rate_nrr", "NRR 12m", Kind.RATIO, _if_window("window_closing")),
        Field("nrr_low", "NRR from", Kind.RATIO),
        Field("nrr_high", "NRR to", Kind.RATIO),
        Field("rate_grr", "GRR 12m", Kind.RATIO, _if_window("kept_mrr")),
        Field("grr_low", "GRR from", Kind.RATIO),
        Field("grr_high", "GRR to", Kind.RATIO),
        Field("is_small_sample", "Small sample", Kind.FLAG),
        Field("nrr", "NRR as published", Kind.RATIO),
        Field("grr", "GRR as published", Kind.RATIO),
        Field(
            "check_closing",
            "Check: closing less published",
            Kind.CHECK,
            _if_bridge(lambda record: apart(record["closing"], record["closing_mrr"])),
            says="Opening and movements of a segment come to its published closing MRR",
            width=11,
        ),
        Field(
            "check_whole",
            "Check: its kind less the company",
            Kind.CHECK,
            _if_bridge(_whole(rows)),
            says="The segments of a kind come to the company's closing MRR",
            width=11,
        ),
        Field(
            "check_nrr",
            "Check: NRR, basis points",
            Kind.CHECK,
            lambda r: _window_only(r, lambda: apart_in_points(r["rate_nrr"], r["nrr"])),
            says="NRR of a segment recomputed is the published one",
            width=11,
        ),
        Field(
            "check_grr",
            "Check: GRR, basis points",
            Kind.CHECK,
            lambda r: _window_only(r, lambda: apart_in_points(r["rate_grr"], r["grr"])),
            says="GRR of a segment recomputed is the published one",
            width=11,
        ),
    ]


def _if_bridge(make: Make) -> Make:
    return lambda record: make(record) if record.row["bridge_month"] else None


def _window_only(record: Record, make: Callable[[], Formula]) -> Formula | None:
    return make() if record.row["retention_month"] else None


def _if_window(part: str) -> Make:
    return lambda r: _window_only(r, lambda: ratio(r[part], r["window_opening"]))


def _whole(rows: Sequence[Row]) -> Make:
    """Closing MRR of all segments of a kind less that of the company, on the same basis."""
    first, last = FIRST_ROW + 2, FIRST_ROW + 1 + len(rows)
    closing: dict[tuple[str, str], list[object]] = {}
    for row in rows:
        closing.setdefault((row["basis"], row["segment_type"]), []).append(row["closing_mrr"])

    def make(record: Record) -> Formula:
        letters = {
            key: column_name(number)
            for key, number in (("basis", 0), ("kind", 1), ("closing", _closing_column()))
        }
        ranges = {key: f"${name}${first}:${name}${last}" for key, name in letters.items()}
        line = record["basis_name"].ref.lstrip("A")
        basis = f"EXACT({ranges['basis']},$A{line})"
        text = check_text(
            f"SUMPRODUCT({basis}*(EXACT({ranges['kind']},$B{line})"
            f'-EXACT({ranges["kind"]},"all"))*{ranges["closing"]})'
        )
        mine = added(closing[record.row["basis"], record.row["segment_type"]])
        company = added(closing.get((record.row["basis"], "all"), ()))
        return Formula(text, rounded(added([mine, -company])))

    return make


def _closing_column() -> int:
    return 5 + len(_STEPS)
