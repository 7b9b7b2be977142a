"""A sheet: its head, its cells, how it prints; everything is written row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from expansion_warehouse.printable import printable
from expansion_warehouse.workbook.cells import Cell, Formula
from expansion_warehouse.workbook.facts import Facts
from expansion_warehouse.workbook.styles import (
    BAND,
    GREEN,
    GREEN_TEXT,
    GREY,
    HEAD,
    RED,
    RED_TEXT,
    Kind,
    Role,
    Styles,
)

# What a cell of Excel holds.
_LONGEST = 32_767
_NO_XML = re.compile("[\ufffe\uffff]")
_A4 = 9
# The height of a line of text, in points.
_LINE = 12.75
# Every sheet begins with a title, what it shows, and a note.
FIRST_ROW = 3


@dataclass(frozen=True)
class Checked:
    """Cells of a sheet that must be 0, and what they say."""

    sheet: str
    says: str
    ref: str
    values: tuple[Any, ...]


class Sheet:
    """One sheet of the workbook."""

    def __init__(self, worksheet: Any, styles: Styles, facts: Facts) -> None:
        """Around a worksheet that is empty so far."""
        self.worksheet = worksheet
        self.name: str = worksheet.name
        self.styles = styles
        self.facts = facts
        self.checked: list[Checked] = []
        self._last = (0, 0)
        self._row = 0
        self._page()

    def _page(self) -> None:
        sheet = self.worksheet
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        facts = self.facts
        sheet.set_header(f"&L&9Finance workbook&C&9{self.name}&R&9Run {facts.run_id}")
        as_of = facts.as_of.isoformat() if facts.as_of else "unknown"
        sheet.set_footer(f"&L&9As of {as_of}, {facts.currency}&R&9Page &P of &N")

    # ---- heads ----

    def head(self, title: str, shows: str, note: str = "") -> None:
        """The first rows: a title, what stands below, and what to know about it."""
        bold = self.styles.special(bold=True, font_size=14, font_color=HEAD)
        self.worksheet.set_row(0, 21)
        self.worksheet.write_string(0, 0, title, bold)
        as_of = self.facts.as_of.isoformat() if self.facts.as_of else "unknown"
        story = f"{shows} As of {as_of}, {self.facts.currency}, run {self.facts.run_id}."
        grey = self.styles.special(font_color=GREY)
        self.worksheet.write_string(1, 0, printable(story), grey)
        if note:
            self.worksheet.write_string(2, 0, note, grey)

    def band(self, row: int, text: str, columns: int) -> None:
        """A line that names what stands below it."""
        style = self.styles.special(bold=True, bg_color=BAND, font_color=HEAD)
        self.worksheet.write_string(row, 0, text, style)
        for column in range(1, columns):
            self.worksheet.write_blank(row, column, None, style)
        self._see(row, columns - 1)

    def note(self, row: int, text: str, column: int = 0) -> None:
        """A remark."""
        grey = self.styles.special(font_color=GREY, italic=True)
        self.worksheet.write_string(row, column, text, grey)
        self._see(row, column)

    # ---- cells ----

    def put(
        self,
        row: int,
        column: int,
        value: Any,
        kind: Kind,
        role: Role = Role.INPUT,
        *,
        left: bool = False,
    ) -> None:
        """Write a value as what it is; nothing at all for NULL. `left`: as at the sheet's edge."""
        if value is None:
            if role is Role.TOTAL:
                style = self.styles.of(kind, role, column == 0)
                self.worksheet.write_blank(row, column, None, style)
            return
        style = self.styles.of(kind, role, left or column == 0)
        sheet = self.worksheet
        if isinstance(value, Formula):
            shown = value.value
            sheet.write_formula(row, column, value.text, style, _plain(shown))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, as_text(value), style)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style)
        else:
            sheet.write_number(row, column, float(value), style)
        self._see(row, column)

    def titles(
        self, row: int, titles: Sequence[tuple[Any, Kind]], widths: Sequence[float] = ()
    ) -> None:
        """A row of column titles, as high as the longest needs in its column."""
        if widths:
            lines = max(
                lines_of(title, width)
                for (title, _), width in zip(titles, widths, strict=False)
                if isinstance(title, str)
            )
            self.height(row, lines)
        for column, (title, kind) in enumerate(titles):
            self.put(row, column, title, kind, Role.WRAPPED if widths else Role.HEAD)

    def height(self, row: int, lines: int) -> None:
        """Make a row high enough for so many lines; before anything is written into it."""
        if lines > 1:
            self.worksheet.set_row(row, _LINE * lines + 3)

    def _see(self, row: int, column: int) -> None:
        # A large book keeps but one row in memory: what comes back to an earlier one is lost.
        assert row >= self._row, f"rows of {self.name} are written in order: {row} < {self._row}"
        self._row = row
        self._last = (max(self._last[0], row), max(self._last[1], column))

    def see(self, row: int, column: int) -> None:
        """Something was written there by other means."""
        self._see(row, column)

    # ---- shape ----

    def widths(self, widths: Sequence[float]) -> None:
        """How wide columns are, in characters."""
        for column, width in enumerate(widths):
            self.worksheet.set_column(column, column, width)

    def freeze(self, row: int, column: int, scrolled_to: int = 0) -> None:
        """What stays in sight, and is printed on every page; where the sheet opens."""
        self.worksheet.freeze_panes(row, column, row, max(column, scrolled_to))
        self.worksheet.repeat_rows(0, row - 1)
        if column:
            self.worksheet.repeat_columns(0, column - 1)

    def filter(self, row: int, last_row: int, last_column: int) -> None:
        """Filters at the titles of a table."""
        self.worksheet.autofilter(row, 0, max(last_row, row + 1), last_column)

    def print_wide(self, columns: int, last_row: int | None = None) -> None:
        """Print columns of months on several pages side by side, about so many on each."""
        self.print_long(max(1, -(-self._last[1] // columns)), last_row)

    def print_long(self, pages: int = 1, last_row: int | None = None) -> None:
        """Print as many pages as there are rows, so many side by side."""
        self.worksheet.fit_to_pages(pages, 0)
        end = self._last[0] if last_row is None else last_row
        self.worksheet.print_area(0, 0, end, self._last[1])

    def print_scaled(self, scale: int, second_page: int) -> None:
        """Print a first page down to a row, and the rest after it."""
        self.worksheet.set_print_scale(scale)
        self.worksheet.set_h_pagebreaks([second_page])
        self.worksheet.print_area(0, 0, *self._last)

    # ---- checks ----

    def check(self, says: str, where: tuple[int, int, int, int], values: Sequence[Any]) -> None:
        """Colour the cells of a check, and have the cover name it."""
        first_row, first_column, last_row, last_column = where
        self.colour(first_row, first_column, last_row, last_column)
        ref = self.ref(first_row, first_column, last_row, last_column)
        self.checked.append(Checked(self.name, says, ref, tuple(values)))

    def colour(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Green where cells are 0, red where they are not, or no number at all."""
        first = xl_rowcol_to_cell(first_row, first_column)
        for formula, text, ground in (
            (f"=ISERROR({first})", RED_TEXT, RED),
            (f"=AND(ISNUMBER({first}),ABS({first})>=0.005)", RED_TEXT, RED),
            (f"=AND(ISNUMBER({first}),ABS({first})<0.005)", GREEN_TEXT, GREEN),
        ):
            rule = {
                "type": "formula",
                "criteria": formula,
                "format": self.styles.rule(font_color=text, bg_color=ground),
                "stop_if_true": True,
            }
            self.worksheet.conditional_format(first_row, first_column, last_row, last_column, rule)

    # ---- references ----

    def cell(self, row: int, column: int, value: Any = None) -> Cell:
        """A cell as formulas of other sheets name it."""
        return Cell(f"'{self.name}'!{xl_rowcol_to_cell(row, column, True, True)}", value)

    def ref(self, first_row: int, first_column: int, last_row: int, last_column: int) -> str:
        """A range as formulas of other sheets name it."""
        first = xl_rowcol_to_cell(first_row, first_column, True, True)
        last = xl_rowcol_to_cell(last_row, last_column, True, True)
        return f"'{self.name}'!{first}:{last}"


def as_text(value: str) -> str:
    """What others wrote, as a cell can hold it."""
    text = _NO_XML.sub(lambda found: f"\\u{ord(found[0]):x}", printable(value))
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter would take it for formatted text and write it unescaped.
        text += " "
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(value: Any) -> Any:
    """A computed value as XlsxWriter takes it."""
    if value is None:
        return ""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    number = float(value)
    return int(number) if number.is_integer() else number


def lines_of(text: str, width: float) -> int:
    """How many lines a text needs in a column, by words."""
    room, lines, used = max(1, int(width - 2)), 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
        lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def column_name(column: int) -> str:
    """The letters of a column."""
    return str(xl_col_to_name(column))


def cell_name(row: int, column: int) -> str:
    """A cell as formulas of its own sheet name it."""
    return str(xl_rowcol_to_cell(row, column))
