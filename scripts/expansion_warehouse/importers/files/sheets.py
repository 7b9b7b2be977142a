"""Rows of one sheet of an Excel workbook, each value as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.body import Record, rows_below
from expansion_warehouse.importers.files.names import names_of
from expansion_warehouse.importers.files.workbooks import (
    Scan,
    cell_text,
    open_workbook,
    scan_sheet,
    told,
)
from expansion_warehouse.printable import printable_line

# So many rows below a header tell whether it is a title.
_BELOW = 20
SHEETS = "other sheets are not read"


class Sheet:
    """One sheet: its columns, its rows, and what was detected."""

    def __init__(self, path: Path, sheet: str | None, header_row: int | None) -> None:
        """Find sheet and header. Raises BadInput where there is none, or it is a title."""
        self._path = path
        self.notes: list[str] = []
        self._sheet = self._named(sheet) if sheet else self._first()
        self.name = printable_line(self._sheet.title)
        self.label = f"{shown(path)}, sheet {self.name}"
        self._scan = scan_sheet(path, self._sheet)
        if self._scan.uncalculated:
            raise BadInput(
                f"{self.label}: the formula in {self._scan.uncalculated} has no result: open the "
                "workbook in Excel, let it calculate, and save it"
            )
        self._records = self._cells()
        header, self._header_row = self._header(header_row)
        self.columns, names = names_of(header)
        self.nameless = names.nameless
        self.notes += names.notes

    def _first(self) -> Any:
        """The only visible sheet with values, or the first of them."""
        book = open_workbook(self._path)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        filled = [x for x in visible if scan_sheet(self._path, x, only_whether=True).has_values]
        if not filled:
            raise BadInput(f"{shown(self._path)} has no visible sheet with values: say sheet")
        if len(filled) > 1:
            others = ", ".join(printable_line(sheet.title) for sheet in filled[1:])
            self.notes.append(f"{SHEETS}: {others}")
        return filled[0]

    def _named(self, name: str) -> Any:
        sheets = {_folded(sheet.title): sheet for sheet in open_workbook(self._path).worksheets}
        if _folded(name) not in sheets:
            known = ", ".join(printable_line(sheet.title) for sheet in sheets.values())
            raise BadInput(
                f"{shown(self._path)} has no sheet {printable_line(name)}: its sheets are {known}"
            )
        return sheets[_folded(name)]

    def _cells(self) -> Iterator[Record]:
        """Every row with its number."""
        self._sheet.reset_dimensions()
        rows = self._sheet.iter_rows(max_col=self._scan.width or None)
        with told(self._path):
            for number, row in enumerate(rows, start=1):
                yield number, [cell_text(cell) for cell in row]

    def _header(self, header_row: int | None) -> tuple[list[str], int]:
        """The names of the columns, and the row that they stand in."""
        above: dict[int, list[str]] = {}
        for number, record in self._records:
            above[number] = record
            if number == header_row or (header_row is None and any(record)):
                break
        else:
            raise BadInput(f"{self.label} has no header row: say header_row, or write the names")
        if header_row is None:
            self._refuse_title(number, record)
        names = _with_merged(above, number, self._scan)
        while names and not names[-1]:
            names.pop()
        if not names:
            raise BadInput(f"{self.label} has no header row: say header_row, or write the names")
        return names, number

    def _refuse_title(self, number: int, record: list[str]) -> None:
        """A single cell above rows of several is a title."""
        below = list(islice(self._records, _BELOW))
        self._records = chain(below, self._records)
        widths = {line: sum(map(bool, cells)) for line, cells in below}
        widest = max(widths.values(), default=0)
        if sum(map(bool, record)) == 1 and widest > 1:
            first = min(line for line, width in widths.items() if width == widest)
            raise BadInput(
                f"{self.label} row {number} has 1 value and row {first} has {widest}: say "
                f"header_row: {first} if the names stand there"
            )

    def rows(self) -> Iterator[list[str]]:
        """Every row below the header. Raises BadInput for a value in a column without a name."""
        last = self._header_row
        merged = sum(bottom > last for _, _, _, bottom in self._scan.merged)
        if merged:
            self.notes.append(f"{merged} merged cells below the header: each is its first cell")
        return rows_below(self._records, len(self.columns), self._fitted, self.notes)

    def _fitted(self, number: int, record: list[str]) -> list[str]:
        width = len(self.columns)
        if any(record[width:]):
            raise BadInput(
                f"{self.label} row {number} has a value right of the last column with a name: "
                "name the column or clear it, or say header_row"
            )
        return record[:width] + [""] * (width - len(record))


def _with_merged(rows: dict[int, list[str]], number: int, scan: Scan) -> list[str]:
    """A row in which merged cells hold what the first of them holds."""
    names = list(rows[number])
    for left, top, right, bottom in scan.merged:
        if top <= number <= bottom and top in rows and left <= len(rows[top]):
            names[left - 1 : right] = [rows[top][left - 1]] * (right - left + 1)
    return names


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
