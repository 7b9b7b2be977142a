"""Scorecard: every figure that the sources give a number for, at the newest month."""

from __future__ import annotations

from datetime import date

from expansion_warehouse.workbook.book import Book
from expansion_warehouse.workbook.layout import Field, down
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet
from expansion_warehouse.workbook.styles import GREEN, GREEN_TEXT, RED, RED_TEXT, Kind

NAME = "Scorecard"
_KINDS = {"fraction": Kind.RATIO, "times": Kind.TIMES}
_GOOD, _BAD = ("on_target", "in_range"), ("below_target", "below_range")
_VALUES = (
    "value",
    "value_before",
    "value_a_year_before",
    "benchmark_low",
    "benchmark_high",
    "target",
)
_TITLES = ("Value", "Month before", "Year before", "Range from", "Range to", "Target")
_ROWS = """
select
    s.*,
    m.value as value_before,
    y.value as value_a_year_before
from kpi_scorecard as s
left join kpi_scorecard as m
    on s.metric = m.metric and s.basis = m.basis and m.month = s.month - interval 1 month
left join kpi_scorecard as y
    on s.metric = y.metric and s.basis = y.basis and y.month = s.month - interval 1 year
where s.month = (select max(month) from kpi_scorecard)
order by s.metric, s.basis
"""


def write_scorecard(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    rows = book.marts.ask(_ROWS) if book.marts.has("kpi_scorecard") else []
    month: date | None = rows[0]["month"] if rows else None
    sheet.head(
        f"Scorecard of {month:%Y-%m}" if month else "Scorecard",
        "Every figure that a source gives a number for, restated.",
        "n is how many accounts or proposals the value is of. An empty value is one that cannot "
        "be known yet; empty marks are none.",
    )
    if book.absent(sheet, "kpi_scorecard"):
        return
    for row in rows:
        row["spoken"] = str(row["metric"]).replace("_", " ").replace("|", ": ")
    fields = [
        Field("spoken", "Figure", Kind.TEXT, width=34),
        *(
            Field(key, title, Kind.RATIO, width=11, kind_of=_kind)
            for key, title in zip(_VALUES, _TITLES, strict=True)
        ),
        Field("n", "n", Kind.COUNT),
        Field("unit", "Unit", Kind.TEXT, width=10),
        Field("status", "Status", Kind.TEXT, width=14),
        Field("meaning", "What the status says", Kind.LONG, width=44),
        Field("metric", "Name in the mart", Kind.TEXT, width=30),
        Field("source", "Source", Kind.TEXT, width=36),
    ]
    words = book.facts.words.get("scorecard_status") or {}
    for row in rows:
        row["meaning"] = words.get(row["status"])
    widths = [field.width or 9 for field in fields]
    sheet.widths(widths)
    last = down(sheet, FIRST_ROW, fields, rows, widths=widths)
    _colour_status(sheet, last - 1, [field.key for field in fields].index("status"))
    sheet.freeze(FIRST_ROW + 1, 1)
    sheet.print_long()


def _kind(row: Row) -> Kind:
    return _KINDS.get(row["unit"], Kind.COUNT)


def _colour_status(sheet: Sheet, last: int, column: int) -> None:
    for words, text, ground in ((_GOOD, GREEN_TEXT, GREEN), (_BAD, RED_TEXT, RED)):
        for word in words:
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{word}"',
                "format": sheet.styles.rule(font_color=text, bg_color=ground),
            }
            sheet.worksheet.conditional_format(FIRST_ROW + 1, column, last, column, rule)
