"""Random sheets of MRR as finance keeps them: customers by months, and what every cell says.

The spellings of months are those that Excel and Google Sheets show:
https://support.microsoft.com/office/format-a-date-the-way-you-want-8e10019e-d5d8-47a1-ba95-db95123d273e
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SPELLINGS = (
    lambda y, m: f"{y}-{m:02d}",
    lambda y, m: f"{y}年{m}月",
    lambda y, m: f"{ENGLISH[m - 1]} {y}",
    lambda y, m: f"{ENGLISH[m - 1]}-{y % 100}",
    lambda y, m: f"{y}/{m:02d}/28",
    lambda y, m: f"R{y - 2018}.{m}",
    lambda y, m: f"令和{y - 2018}年{m}月",
    lambda y, m: f"{y}{m:02d}",
    lambda y, m: str((date(y, m, 1) - date(1899, 12, 30)).days),
    lambda y, m: f"{y}-{m:02d}-01 00:00:00",
)
NOTHING = ("", "0", "-", "－", "0.00", " ")


@dataclass(frozen=True)
class Cube:
    """A sheet: its header, its rows of text, and the MRR of every customer, product and month."""

    header: list[str]
    rows: list[list[str]]
    months: list[date]
    truth: dict[tuple[str, str, date], Decimal] = field(default_factory=dict)


def random_cube(seed: int, customers: int, months: int, first: date = date(2022, 11, 1)) -> Cube:
    """A sheet of customers who come, grow, shrink, leave, and come back."""
    chance = random.Random(seed)
    span = [_later(first, step) for step in range(months)]
    spelled = [chance.choice(SPELLINGS)(day.year, day.month) for day in span]
    rows, truth = [], {}
    for number in range(customers):
        for product in chance.choice((["本体"], ["本体", "Add-on"])):
            amount, cells = Decimal(0), []
            for month in span:
                amount = _next(chance, amount)
                truth[f"C{number:03d}", product, month] = amount
                cells.append(_cell(chance, amount))
            rows.append([f"C{number:03d}", f"会社 {number}", product, *cells])
    totals = [str(sum(truth[row[0], row[2], month] for row in rows)) for month in span]
    rows.append(["合計", "", "", *totals])
    header = ["顧客番号", "顧客名", "商品", *spelled, "合計"]
    with_sums = [[*row, "1"] for row in rows]
    return Cube(header, with_sums, span, truth)


def _later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _next(chance: random.Random, amount: Decimal) -> Decimal:
    if chance.random() < 0.6:
        return amount
    return Decimal(0) if chance.random() < 0.4 else Decimal(chance.randint(1, 900_000))


def _cell(chance: random.Random, amount: Decimal) -> str:
    if not amount:
        return chance.choice(NOTHING)
    return chance.choice((f"{amount}", f"{amount:,}", f"¥{amount:,}", f"{amount}.00"))


def write_csv(cube: Cube, path: Path, encoding: str = "utf-8") -> None:
    """The sheet as a file of text."""
    text = io.StringIO()
    csv.writer(text).writerows([cube.header, *cube.rows])
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(cube: Cube, path: Path) -> None:
    """The sheet as a workbook: plain numbers are numbers, months are days that show as Jan-25."""
    book = Workbook()
    sheet = book.active
    sheet.append([*cube.header[:3], *cube.months, *cube.header[3 + len(cube.months) :]])
    for cell in sheet[1]:
        if isinstance(cell.value, date):
            cell.number_format = "mmm-yy"
    for row in cube.rows:
        sheet.append([float(cell) if _is_number(cell) else cell or None for cell in row])
    book.save(path)


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()
