"""Cohorts: what is left of the accounts that first paid in one month, month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from expansion_warehouse.workbook.book import RESTATED, Book
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.cells import (
    Cell,
    Formula,
    added,
    amount,
    check_text,
    ratio,
    rounded,
)
from expansion_warehouse.workbook.layout import money_width
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet, cell_name
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "Cohorts"
_LEFT = 2
_HEAD = FIRST_ROW
_LOW, _MIDDLE, _HIGH = "#F4B183", "#FFFFFF", "#9DC3E6"
_Grid = dict[tuple[date, int], Row]


def write_cohorts(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheets[NAME]
    sheet.head(
        "Cohorts",
        "What is left of the accounts that first paid in one month, restated.",
        "Columns are months since the first. MRR of the cohort stands beside each retained MRR "
        "at the same budget rate, so that a new rate is no retention.",
    )
    if book.absent(sheet, "kpi_cohort_retention"):
        return
    rows = book.marts.rows(
        "kpi_cohort_retention",
        "cohort_month, months_since",
        f"segment_type = 'all' and basis = '{RESTATED}'",
    )
    if not rows:
        sheet.note(FIRST_ROW, "No account has paid yet.")
        return
    grid: _Grid = {(row["cohort_month"], row["months_since"]): row for row in rows}
    cohorts = sorted({cohort for cohort, _ in grid})
    length = max(since for _, since in grid) + 1
    sheet.titles(
        _HEAD,
        [
            ("Cohort", Kind.MONTH),
            ("Accounts", Kind.COUNT),
            *((number, Kind.COUNT) for number in range(length)),
        ],
    )
    top = _HEAD + 1
    places: dict[str, int] = {}

    def block(title: str, key: str, kind: Kind, value: Callable[[int, Row, int], Any]) -> None:
        nonlocal top
        sheet.band(top, title, _LEFT + length)
        places[key] = top + 1
        _block(sheet, top + 1, cohorts, grid, length, kind, value)
        top += len(cohorts) + 2

    def cell(key: str, line: int, since: int, row: Row) -> Cell:
        return Cell(cell_name(places[key] + line, _LEFT + since), row[key])

    block("Retained MRR", "retained_mrr", Kind.MONEY, lambda _, row, __: row["retained_mrr"])
    block(
        "MRR of the cohort at the same rate",
        "cohort_mrr",
        Kind.MONEY,
        lambda _, row, __: row["cohort_mrr"],
    )
    block(
        "Retained MRR as a share of the cohort's",
        "nrr",
        Kind.RATIO,
        lambda line, row, since: ratio(
            cell("retained_mrr", line, since, row), cell("cohort_mrr", line, since, row)
        ),
    )
    block(
        "Retained accounts",
        "retained_accounts",
        Kind.COUNT,
        lambda _, row, __: row["retained_accounts"],
    )
    block(
        "Retained accounts as a share of the cohort's",
        "logo_retention",
        Kind.RATIO,
        lambda line, row, since: ratio(
            cell("retained_accounts", line, since, row),
            Cell(f"$B{places['logo_retention'] + line + 1}", row["cohort_accounts"]),
        ),
    )
    _check(book, sheet, cohorts, grid, length, (places["retained_mrr"], top))
    for key in ("nrr", "logo_retention"):
        _heat(sheet, places[key], len(cohorts), length)
    width = money_width([row["cohort_mrr"] for row in rows], book.digits)
    sheet.widths([22, 9, *(width for _ in range(length))])
    sheet.freeze(_HEAD + 1, _LEFT)
    sheet.print_wide(_LEFT, 13, 58)


def _block(
    sheet: Sheet,
    top: int,
    cohorts: Sequence[date],
    grid: _Grid,
    length: int,
    kind: Kind,
    value: Callable[[int, Row, int], Any],
) -> None:
    for line, cohort in enumerate(cohorts):
        first = grid.get((cohort, 0))
        sheet.put(top + line, 0, cohort, Kind.MONTH, Role.LABEL)
        sheet.put(top + line, 1, first and first["cohort_accounts"], Kind.COUNT)
        for since in range(length):
            row = grid.get((cohort, since))
            found = value(line, row, since) if row else None
            role = Role.FORMULA if isinstance(found, Formula) else Role.INPUT
            sheet.put(top + line, _LEFT + since, found, kind, role)


def _check(
    book: Book,
    sheet: Sheet,
    cohorts: Sequence[date],
    grid: _Grid,
    length: int,
    tops: tuple[int, int],
) -> None:
    """All cohorts at the newest month are the company: the sum along the diagonal."""
    bridge = book.blocks.get((BRIDGE, RESTATED))
    closing = bridge.cell("closing", -1) if bridge else None
    if bridge is None or closing is None or book.newest is None:
        return
    retained, line = tops
    last_row, last_column = retained + len(cohorts) - 1, _LEFT + length - 1
    block = f"{cell_name(retained, _LEFT)}:{cell_name(last_row, last_column)}"
    born = f"{cell_name(retained, 0)}:{cell_name(last_row, 0)}"
    since = f"{cell_name(_HEAD, _LEFT)}:{cell_name(_HEAD, last_column)}"
    newest = bridge.sheet.cell(FIRST_ROW, len(bridge.records)).ref
    months = f"(YEAR({born})*12+MONTH({born})+{since}=YEAR({newest})*12+MONTH({newest}))"
    value = added([row["retained_mrr"] for row in grid.values() if row["month"] == book.newest])
    sheet.put(line, 0, "Check: newest month", Kind.TEXT, Role.LABEL)
    text = check_text(f"SUMPRODUCT({months}*{block})-{closing.ref}")
    formula = Formula(text, rounded(added([value, -amount(closing.value)])))
    sheet.put(line, _LEFT, formula, Kind.CHECK, Role.FORMULA)
    says = "All cohorts together retain the company's closing MRR of the newest month"
    sheet.check(says, (line, _LEFT, line, _LEFT), [formula.value])


def _heat(sheet: Sheet, top: int, lines: int, length: int) -> None:
    rule = {
        **{"type": "3_color_scale", "min_color": _LOW, "mid_color": _MIDDLE, "max_color": _HIGH},
        **{"min_type": "num", "min_value": 0.5, "mid_type": "num", "mid_value": 1},
        **{"max_type": "num", "max_value": 1.5},
    }
    sheet.worksheet.conditional_format(top, _LEFT, top + lines - 1, _LEFT + length - 1, rule)
