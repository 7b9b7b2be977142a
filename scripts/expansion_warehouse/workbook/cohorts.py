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
    page = _Page(sheet, cohorts, grid, length)
    page.block("Retained MRR", "retained_mrr", Kind.MONEY)
    page.block("MRR of the cohort at the same rate", "cohort_mrr", Kind.MONEY)
    page.shares("Retained MRR as a share of the cohort's", "nrr", ("retained_mrr", "cohort_mrr"))
    page.block("Retained accounts", "retained_accounts", Kind.COUNT)
    page.block("Accounts of the cohort", "cohort_accounts", Kind.COUNT)
    page.shares(
        "Retained accounts as a share of the cohort's",
        "logo_retention",
        ("retained_accounts", "cohort_accounts"),
    )
    _check(book, page)
    width = money_width([row["cohort_mrr"] for row in rows], book.digits)
    sheet.widths([22, 9, *(width for _ in range(length))])
    sheet.freeze(_HEAD + 1, _LEFT)
    sheet.print_wide(19)


class _Page:
    """Blocks below each other: cohorts down, months since the first across."""

    def __init__(self, sheet: Sheet, cohorts: Sequence[date], grid: _Grid, length: int) -> None:
        self.sheet = sheet
        self.cohorts = cohorts
        self.grid = grid
        self.length = length
        self.top = _HEAD + 1
        self.places: dict[str, int] = {}

    def block(self, title: str, key: str, kind: Kind) -> None:
        """A column of the mart."""
        self._write(title, key, kind, lambda _, __, row: row[key])

    def shares(self, title: str, key: str, parts: tuple[str, str]) -> None:
        """One block over another, by formula, with colours."""
        self._write(
            title,
            key,
            Kind.RATIO,
            lambda line, since, row: ratio(*(self._cell(part, line, since, row) for part in parts)),
        )
        _heat(self.sheet, self.places[key], len(self.cohorts), self.length)

    def _cell(self, key: str, line: int, since: int, row: Row) -> Cell:
        return Cell(cell_name(self.places[key] + line, _LEFT + since), row[key])

    def _write(
        self, title: str, key: str, kind: Kind, value: Callable[[int, int, Row], Any]
    ) -> None:
        sheet = self.sheet
        sheet.band(self.top, title, _LEFT + self.length)
        first = self.places[key] = self.top + 1
        for line, cohort in enumerate(self.cohorts):
            born = self.grid.get((cohort, 0))
            sheet.put(first + line, 0, cohort, Kind.MONTH, Role.LABEL)
            sheet.put(first + line, 1, born and born["cohort_accounts"], Kind.COUNT)
            for since in range(self.length):
                row = self.grid.get((cohort, since))
                found = value(line, since, row) if row else None
                role = Role.FORMULA if isinstance(found, Formula) else Role.INPUT
                sheet.put(first + line, _LEFT + since, found, kind, role)
        self.top = first + len(self.cohorts) + 1


def _check(book: Book, page: _Page) -> None:
    """All cohorts at the newest month are the company: the sum along the diagonal."""
    bridge = book.blocks.get((BRIDGE, RESTATED))
    closing = bridge.cell("closing", -1) if bridge else None
    if bridge is None or closing is None or book.newest is None:
        return
    top, line = page.places["retained_mrr"], page.top
    last_row, last_column = top + len(page.cohorts) - 1, _LEFT + page.length - 1
    block = f"{cell_name(top, _LEFT)}:{cell_name(last_row, last_column)}"
    born = f"{cell_name(top, 0)}:{cell_name(last_row, 0)}"
    since = f"{cell_name(_HEAD, _LEFT)}:{cell_name(_HEAD, last_column)}"
    newest = bridge.sheet.cell(FIRST_ROW, len(bridge.records)).ref
    months = f"(YEAR({born})*12+MONTH({born})+{since}=YEAR({newest})*12+MONTH({newest}))"
    held = [row["retained_mrr"] for row in page.grid.values() if row["month"] == book.newest]
    text = check_text(f"SUMPRODUCT({months}*{block})-{closing.ref}")
    formula = Formula(text, rounded(added([*held, -amount(closing.value)])))
    page.sheet.put(line, 0, "Check: newest month", Kind.TEXT, Role.LABEL)
    page.sheet.put(line, _LEFT, formula, Kind.CHECK, Role.FORMULA)
    says = "All cohorts together retain the company's closing MRR of the newest month"
    page.sheet.check(says, (line, _LEFT, line, _LEFT), [formula.value])


def _heat(sheet: Sheet, top: int, lines: int, length: int) -> None:
    rule = {
        **{"type": "3_color_scale", "min_color": _LOW, "mid_color": _MIDDLE, "max_color": _HIGH},
        **{"min_type": "num", "min_value": 0.5, "mid_type": "num", "mid_value": 1},
        **{"max_type": "num", "max_value": 1.5},
    }
    sheet.worksheet.conditional_format(top, _LEFT, top + lines - 1, _LEFT + length - 1, rule)
