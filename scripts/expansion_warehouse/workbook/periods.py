"""Bridge by quarter and year: the monthly sheet added up by the company's fiscal periods."""

from __future__ import annotations

from typing import Any

from expansion_warehouse.workbook.book import BASES, REPORTED, RESTATED, Book
from expansion_warehouse.workbook.bridge import ACCOUNTS, STEPS, months_ref, quick_ratio
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.cells import Formula, added, amount, check_text, rounded
from expansion_warehouse.workbook.layout import (
    LABEL_WIDTH,
    Block,
    Field,
    Make,
    Record,
    across,
    money_width,
    summed,
)
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet, cell_name
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "Bridge quarters and years"
_HEAD_ROW = FIRST_ROW
_FROM_ROW, _TO_ROW = FIRST_ROW + 1, FIRST_ROW + 2
_FIRST_BLOCK = FIRST_ROW + 4
_PERIODS = """
select p.period_label, p.first_month, p.last_month, b.*
from dim_periods as p
inner join kpi_mrr_bridge_periods as b
    on p.period_type = b.period_type and p.period = b.period and b.segment_type = 'all'
where p.period_type in ('quarter', 'year')
order by b.basis, p.period_type desc, p.period
"""


def write_periods(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "MRR bridge by fiscal year and quarter",
        "Formulas over the monthly bridge, the periods of the company's fiscal year.",
    )
    if book.absent(sheet, "kpi_mrr_bridge_periods", "dim_periods", "kpi_mrr_bridge", "dim_months"):
        return
    rows = book.marts.ask(_PERIODS)
    chosen = {basis: [row for row in rows if row["basis"] == basis] for basis in BASES}
    shown = max(chosen.values(), key=len)
    _heads(sheet, shown)
    top = _FIRST_BLOCK
    for basis in (RESTATED, REPORTED):
        sheet.band(top, BASES[basis], 1 + len(shown))
        top = _blocks(book, sheet, basis, chosen[basis], top + 1) + 1
    width = money_width([row["closing_mrr"] for row in rows], book.digits)
    sheet.widths([LABEL_WIDTH, *(width for _ in shown)])
    sheet.freeze(_FIRST_BLOCK, 1)
    sheet.print_wide(10)


def _heads(sheet: Sheet, rows: list[Row]) -> None:
    sheet.titles(
        _HEAD_ROW, [("Period", Kind.TEXT), *((r["period_label"], Kind.COUNT) for r in rows)]
    )
    lines = (
        (_FROM_ROW, "From", "first_month", Kind.MONTH),
        (_TO_ROW, "To (last complete month)", "last_month", Kind.MONTH),
    )
    for line, title, key, kind in lines:
        sheet.put(line, 0, title, Kind.TEXT, Role.LABEL)
        for column, row in enumerate(rows, 1):
            sheet.put(line, column, row[key], kind)
    sheet.put(_TO_ROW + 1, 0, "State", Kind.TEXT, Role.LABEL)
    for column, row in enumerate(rows, 1):
        state = "partial" if row["is_partial"] else ("closed" if row["is_closed"] else "open")
        sheet.put(_TO_ROW + 1, column, state, Kind.DATE, Role.LABEL)


def _blocks(book: Book, sheet: Sheet, basis: str, rows: list[Row], top: int) -> int:
    """Formulas, then the same lines as published, and how far they are apart."""
    bridge = book.blocks[BRIDGE, basis]
    months = months_ref(book)
    lines = [
        Field(
            "opening_mrr", "Opening MRR", Kind.MONEY, _at(book, bridge, months, "opening_mrr", 0)
        ),
        *(
            Field(key, title, Kind.MONEY, _within(book, bridge, months, key))
            for key, title in STEPS
        ),
        Field(
            "closing_mrr",
            "Closing MRR",
            Kind.MONEY,
            summed("opening_mrr", STEPS[-1][0]),
            Role.TOTAL,
        ),
        *(
            Field(key, title, Kind.COUNT, _within(book, bridge, months, key))
            for key, title in ACCOUNTS
        ),
        Field(
            "paying_accounts",
            "Paying accounts at the end",
            Kind.COUNT,
            _at(book, bridge, months, "paying_accounts", -1),
        ),
    ]
    compared = [field.key for field in lines]
    lines += [
        Field("gained", "Gained MRR", Kind.MONEY, summed("new_mrr", "reactivation_mrr")),
        Field("lost", "Lost MRR", Kind.MONEY, summed("contraction_mrr", "churn_mrr")),
        Field("quick_ratio", "Quick ratio", Kind.TIMES, quick_ratio),
    ]
    formulas = across(sheet, top, lines, list(rows))
    start = top + len(lines)
    titles = {field.key: field.title for field in lines}
    kinds = {field.key: field.kind for field in lines}
    published = [Field(key, f"{titles[key]}, published", kinds[key]) for key in compared]
    told = across(sheet, start, published, list(rows))
    _check(sheet, formulas, told, start + len(published), len(compared))
    return start + len(published) + 1


def _check(sheet: Sheet, formulas: Block, told: Block, line: int, compared: int) -> None:
    sheet.put(line, 0, "Check: all lines less published", Kind.TEXT, Role.LABEL)
    values = []
    for column, record in enumerate(formulas.records, formulas.left):
        other = told.records[column - formulas.left]
        if record is None or other is None:
            continue
        ranges = [
            f"{cell_name(block.top, column)}:{cell_name(block.top + compared - 1, column)}"
            for block in (formulas, told)
        ]
        apart = [
            abs(amount(_shown(mine)) - amount(published))
            for mine, published in zip(record.values[:compared], other.values, strict=True)
        ]
        values.append(rounded(added(apart)))
        text = check_text(f"SUMPRODUCT(ABS({ranges[0]}-{ranges[1]}))")
        sheet.put(line, column, Formula(text, values[-1]), Kind.CHECK, Role.FORMULA)
    if values:
        says = "Every line of a quarter or year is the published one"
        sheet.check(says, (line, formulas.left, line, formulas.left + len(values) - 1), values)


def _shown(value: Any) -> Any:
    return value.value if isinstance(value, Formula) else value


def _within(book: Book, bridge: Block, months: str, key: str) -> Make:
    """The sum of a line of the monthly bridge over the months of a period."""

    def make(record: Record) -> Formula:
        first, last = (f"{cell_name(row, record.column)}" for row in (_FROM_ROW, _TO_ROW))
        text = f'=SUMIFS({bridge.ref(key)},{months},">="&{first},{months},"<="&{last})'
        values = [
            found[key].value
            for found in bridge.records
            if found is not None
            and record.row["first_month"] <= found.row["month"] <= record.row["last_month"]
        ]
        return Formula(text, added(values))

    return make


def _at(book: Book, bridge: Block, months: str, key: str, end: int) -> Make:
    """A line of the monthly bridge in the first or the last month of a period."""

    def make(record: Record) -> Formula:
        row, name = (_FROM_ROW, "first_month") if end == 0 else (_TO_ROW, "last_month")
        text = f"=SUMIFS({bridge.ref(key)},{months},{cell_name(row, record.column)})"
        values = [
            found[key].value
            for found in bridge.records
            if found is not None and found.row["month"] == record.row[name]
        ]
        return Formula(text, added(values))

    return make
