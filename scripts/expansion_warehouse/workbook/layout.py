"""Rows of marts on a sheet: as a table, or with one column for each month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expansion_warehouse.workbook.cells import Cell, Formula, total
from expansion_warehouse.workbook.marts import Row
from expansion_warehouse.workbook.sheet import Sheet, cell_name, lines_of
from expansion_warehouse.workbook.styles import Kind, Role

LABEL_WIDTH = 34
# Letters of a text are narrower than digits, which columns are measured in.
_PROSE = 1.12
_WIDTHS = {
    Kind.TEXT: 16,
    Kind.LONG: 60,
    Kind.COUNT: 9,
    Kind.RATIO: 9,
    Kind.POINTS: 9,
    Kind.TIMES: 9,
    Kind.SCORE: 8,
    Kind.DATE: 11,
    Kind.MONTH: 9,
    Kind.FLAG: 8,
    Kind.CHECK: 9,
}


class Record:
    """One row of a mart on a sheet: what it has, and where its cells are."""

    def __init__(
        self,
        row: Row,
        fields: Mapping[str, int],
        place: Callable[[int], str],
        column: int = 0,
        before: Record | None = None,
    ) -> None:
        """`place` gives the cell of a field by its number; a month's `column` is one for all."""
        self.row = row
        self.column = column
        self.before = before
        self.values: list[Any] = []
        self._fields = fields
        self._place = place

    def __getitem__(self, key: str) -> Cell:
        """The cell of a field that stands before the one that is made."""
        number = self._fields[key]
        value = self.values[number]
        return Cell(self._place(number), value.value if isinstance(value, Formula) else value)

    def between(self, first: str, last: str) -> list[Cell]:
        """All cells from one field to another."""
        numbers = range(self._fields[first], self._fields[last] + 1)
        keys = {number: key for key, number in self._fields.items()}
        return [self[keys[number]] for number in numbers]


Make = Callable[[Record], Any]


@dataclass(frozen=True)
class Field:
    """A column of a table, or a line of a block with months across."""

    key: str
    title: str
    kind: Kind
    make: Make | None = None
    role: Role | None = None
    width: float | None = None
    # What a check says on the cover; only checks have it.
    says: str = ""
    # Where a column holds figures of several units.
    kind_of: Callable[[Row], Kind] | None = None

    def value(self, record: Record) -> Any:
        """What stands in the cell: the mart's own, or what a formula makes of cells before it."""
        return record.row.get(self.key) if self.make is None else self.make(record)

    def role_of(self, value: Any) -> Role:
        """Inputs are blue, formulas black."""
        if self.role is not None:
            return self.role
        return Role.FORMULA if isinstance(value, Formula) else Role.INPUT


def summed(first: str, last: str) -> Make:
    """The live sum of neighbouring fields."""
    return lambda record: total(record.between(first, last))


@dataclass(frozen=True)
class Block:
    """What was written: its records, and where."""

    sheet: Sheet
    fields: Sequence[Field]
    records: Sequence[Record | None]
    top: int
    left: int

    def line(self, key: str) -> int:
        """The row of a line."""
        return self.top + self._number(key)

    def cell(self, key: str, number: int) -> Cell | None:
        """The cell of a line in one of its columns, for another sheet."""
        record = self.records[number] if self.records else None
        if record is None:
            return None
        return self.sheet.cell(
            self.line(key), self.left + number % len(self.records), record[key].value
        )

    def ref(self, key: str, first: int = 0) -> str:
        """A line from one of its columns to its last, for another sheet."""
        row = self.line(key)
        return self.sheet.ref(row, self.left + first, row, self.left + len(self.records) - 1)

    def _number(self, key: str) -> int:
        return next(number for number, field in enumerate(self.fields) if field.key == key)


def across(
    sheet: Sheet, top: int, fields: Sequence[Field], rows: Sequence[Row | None], left: int = 1
) -> Block:
    """Write one line for each field and one column for each row; where a row is not, nothing."""
    numbers = {field.key: number for number, field in enumerate(fields)}
    records: list[Record | None] = []
    for column, row in enumerate(rows, left):
        if row is None:
            records.append(None)
            continue
        before = records[-1] if records else None
        record = Record(row, numbers, _down_from(top, column), column, before)
        for field in fields:
            record.values.append(field.value(record))
        records.append(record)
    for number, field in enumerate(fields):
        line = top + number
        heading = Role.TOTAL if field.role is Role.TOTAL else Role.LABEL
        sheet.put(line, 0, field.title, Kind.TEXT, heading)
        for column, found in enumerate(records, left):
            if found is not None:
                value = found.values[number]
                sheet.put(line, column, value, field.kind, field.role_of(value))
        if field.says and records:
            values = [_shown(found.values[number]) for found in records if found is not None]
            last = left + len(records) - 1
            sheet.check(field.says, (line, left, line, last), values)
    return Block(sheet, fields, records, top, left)


def down(
    sheet: Sheet,
    top: int,
    fields: Sequence[Field],
    rows: Sequence[Row],
    *,
    widths: Sequence[float],
    filtered: bool = True,
) -> int:
    """Write a table: titles, then a line for each row; the row after its last."""
    numbers = {field.key: number for number, field in enumerate(fields)}
    sheet.titles(top, [(field.title, field.kind) for field in fields], widths)
    wrapped = [
        (field.key, width)
        for field, width in zip(fields, widths, strict=False)
        if field.kind is Kind.LONG
    ]
    checks: dict[int, list[Any]] = {number: [] for number, field in enumerate(fields) if field.says}
    first = top + 1
    line = first
    for line, row in enumerate(rows, first):
        record = Record(row, numbers, _right_from(line))
        if wrapped:
            heights = [lines_of(row[key] or "", width * _PROSE) for key, width in wrapped]
            sheet.height(line, max(heights))
        for number, field in enumerate(fields):
            value = field.value(record)
            record.values.append(value)
            if value is not None:
                kind = field.kind_of(row) if field.kind_of else field.kind
                sheet.put(line, number, value, kind, field.role_of(value))
            if number in checks:
                checks[number].append(_shown(value))
    if rows:
        for number, values in checks.items():
            sheet.check(fields[number].says, (first, number, line, number), values)
    if filtered:
        sheet.filter(top, line, len(fields) - 1)
    return line + 1 if rows else first


def _down_from(top: int, column: int) -> Callable[[int], str]:
    return lambda number: cell_name(top + number, column)


def _right_from(row: int) -> Callable[[int], str]:
    return lambda number: cell_name(row, number)


def _shown(value: Any) -> Any:
    return value.value if isinstance(value, Formula) else value


def widths_of(fields: Sequence[Field], rows: Sequence[Row], digits: int) -> list[float]:
    """Widths that fit what stands in the columns of a table."""
    return [
        field.width
        or (
            money_width([row.get(field.key) for row in rows], digits)
            if field.kind in (Kind.MONEY, Kind.NATIVE)
            else _WIDTHS[field.kind]
        )
        for field in fields
    ]


def money_width(values: Sequence[Any], digits: int) -> float:
    """How wide a column is that holds these amounts, and sums of them."""
    largest = max((abs(value) for value in values if isinstance(value, Decimal)), default=0)
    signs = len(f"{largest:,.{digits}f}")
    return max(11.0, signs + 3.5)


def by_month(rows: Sequence[Row], months: Sequence[Any], key: str = "month") -> list[Row | None]:
    """Rows in the order of months, None where there is none."""
    found = {row[key]: row for row in rows}
    return [found.get(month) for month in months]
