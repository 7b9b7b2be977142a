"""Drivers: what drove the movements, by month; sums over the rows of the mart that stand below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from expansion_warehouse.workbook.book import RESTATED, Book
from expansion_warehouse.workbook.bridge import MONTHS_ROW, month_heads
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.cells import Formula, added, check_text, rounded
from expansion_warehouse.workbook.layout import LABEL_WIDTH, Field, down, money_width
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet, cell_name, column_name
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "Drivers"
_FIRST_LINE = FIRST_ROW + 2
_OTHER = "no sale"
# The table below has one column for each of these; the first must be as wide as a label.
_FIELDS = (
    Field("account_id", "Account", Kind.TEXT),
    Field("month", "Month", Kind.MONTH),
    Field("driver", "Driver", Kind.TEXT),
    Field("motion", "Sales motion", Kind.TEXT),
    Field("amount", "Amount", Kind.MONEY),
    Field("product_id", "Product", Kind.TEXT),
    Field("is_upsell_win", "Upsell win", Kind.FLAG),
    Field("is_pre_contracted", "Agreed before", Kind.FLAG),
)
_MONTH, _DRIVER, _MOTION, _AMOUNT = 1, 2, 3, 4
_SUMS = """
select month, driver, coalesce(sales_motion, '{other}') as motion, sum(amount) as amount
from fct_mrr_drivers
where basis = '{basis}'
group by all
"""


def write_drivers(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    note = (
        "The book is large: the sums are the mart's rows added up, which csv/fct_mrr_drivers.csv "
        "has one by one."
        if book.large
        else "The rows of the mart stand below; the sums follow them."
    )
    sheet.head(
        "Drivers of MRR movements",
        "What drove each movement, restated; all drivers together are the change of MRR.",
        note,
    )
    if book.absent(sheet, "fct_mrr_drivers", "dim_months"):
        return
    month_heads(book, sheet, "Driver")
    sums = book.marts.ask(_SUMS.format(other=_OTHER, basis=RESTATED))
    drivers = _ordered({row["driver"] for row in sums}, book.facts.words.get("driver") or {})
    motions = sorted({row["motion"] for row in sums}, key=lambda word: (word == _OTHER, word))
    first_table_row = _FIRST_LINE + 1 + len(drivers) + 2 + 1 + len(motions) + 3
    rows = [] if book.large else _rows(book)
    where = (first_table_row + 1, first_table_row + max(len(rows), 1))
    width = max(14, money_width([row["amount"] for row in sums], book.digits))
    widths = [LABEL_WIDTH, *(width for _ in range(max(len(book.months), len(_FIELDS))))]
    sheet.widths(widths)
    top = _FIRST_LINE
    sheet.band(top, "By driver", 1 + len(book.months))
    top = _matrix(book, sheet, top + 1, drivers, sums=sums, key="driver", where=where)
    top = _total(book, sheet, top, len(drivers))
    sheet.band(top, "By sales motion", 1 + len(book.months))
    top = _matrix(book, sheet, top + 1, motions, sums=sums, key="motion", where=where)
    if not book.large:
        sheet.band(top + 1, "Rows of the mart", len(_FIELDS))
        down(sheet, first_table_row, _FIELDS, rows, widths=widths)
    # The rows are for the screen.
    sheet.freeze(_FIRST_LINE, 1)
    sheet.print_wide(12, last_row=top - 1)


def _rows(book: Book) -> list[Row]:
    rows = book.marts.rows(
        "fct_mrr_drivers", "month, account_id, product_id, driver", f"basis = '{RESTATED}'"
    )
    for row in rows:
        row["motion"] = row["sales_motion"] or _OTHER
    return rows


def _ordered(drivers: set[str], words: Any) -> list[str]:
    """Drivers in the order of the project's list."""
    places = {word: place for place, word in enumerate(words)}
    return sorted(drivers, key=lambda driver: (places.get(driver, len(places)), driver))


def _matrix(
    book: Book,
    sheet: Sheet,
    top: int,
    words: Sequence[str],
    *,
    sums: list[Row],
    key: str,
    where: tuple[int, int],
) -> int:
    first, last = where
    column = _DRIVER if key == "driver" else _MOTION
    amounts, months, named = (
        f"${column_name(number)}${first + 1}:${column_name(number)}${last + 1}"
        for number in (_AMOUNT, _MONTH, column)
    )
    found: dict[tuple[str, Any], list[Any]] = {}
    for row in sums:
        found.setdefault((row[key], row["month"]), []).append(row["amount"])
    line = top
    for line, word in enumerate(words, top):
        sheet.put(line, 0, word, Kind.TEXT, Role.LABEL)
        for place, day in enumerate(book.month_days, 1):
            value: Any = added(found.get((word, day), ()))
            if not book.large:
                head = f"{column_name(place)}${MONTHS_ROW + 1}"
                text = f"=SUMIFS({amounts},{named},$A{line + 1},{months},{head})"
                value = Formula(text, value)
            role = Role.INPUT if book.large else Role.FORMULA
            sheet.put(line, place, value, Kind.MONEY, role)
    return line + 1


def _total(book: Book, sheet: Sheet, row: int, count: int) -> int:
    """The sum of all drivers, and how far it is from the change that the bridge shows."""
    bridge = book.blocks.get((BRIDGE, RESTATED))
    sheet.put(row, 0, "All drivers", Kind.TEXT, Role.TOTAL)
    sums = _sums_by_month(book)
    checks = []
    for place, day in enumerate(book.month_days, 1):
        value = sums.get(day, 0)
        text = f"=SUM({cell_name(row - count, place)}:{cell_name(row - 1, place)})"
        sheet.put(row, place, Formula(text, value), Kind.MONEY, Role.TOTAL)
    sheet.put(row + 1, 0, "Check: all less net new MRR", Kind.TEXT, Role.LABEL)
    for place, day in enumerate(book.month_days, 1):
        net = bridge.cell("net_new", place - 1) if bridge else None
        if net is None:
            continue
        checks.append(rounded(added([sums.get(day, 0), -net.value])))
        text = check_text(f"{cell_name(row, place)}-{net.ref}")
        sheet.put(row + 1, place, Formula(text, checks[-1]), Kind.CHECK, Role.FORMULA)
    if checks:
        says = "The drivers of a month come to its net new MRR, restated"
        sheet.check(says, (row + 1, 1, row + 1, len(book.months)), checks)
    return row + 2


def _sums_by_month(book: Book) -> dict[Any, Any]:
    rows = book.marts.ask(
        f"select month, sum(amount) as amount from fct_mrr_drivers "
        f"where basis = '{RESTATED}' group by all"
    )
    return {row["month"]: row["amount"] for row in rows}
