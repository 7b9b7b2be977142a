"""Random sheets of MRR as finance keeps them: customers by months, and what every cell says.

The spellings of months are those that Excel and Google Sheets show:
https://support.microsoft.com/office/format-a-date-the-way-you-want-8e10019e-d5d8-47a1-ba95-db95123d273e
A workbook is the Office Open XML of ECMA-376, with the cells of one sheet as inline strings,
numbers and day numbers: https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

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
    """The sheet as a workbook: plain numbers are numbers, months are days with a date format."""
    sheet = [_xml_row(1, [*cube.header[:3], *cube.months, *cube.header[3 + len(cube.months) :]])]
    for at, row in enumerate(cube.rows, start=2):
        sheet.append(_xml_row(at, row))
    body = "".join(sheet)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
        '<sheet name="MRR" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{links}/styles" Target="styles.xml"/></Relationships>',
        # Format 17 shows a day as Jan-25.
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="17" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in files.items():
            book.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)


def _xml_row(at: int, row: list[str | date]) -> str:
    cells = "".join(_xml_cell(f"{_letters(column)}{at}", cell) for column, cell in enumerate(row))
    return f'<row r="{at}">{cells}</row>'


def _xml_cell(place: str, cell: str | date) -> str:
    if isinstance(cell, date):
        return f'<c r="{place}" s="1"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    if cell.replace(".", "", 1).isdigit():
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if cell else ""


def _letters(column: int) -> str:
    left, right = divmod(column, 26)
    return (_letters(left - 1) if left else "") + chr(ord("A") + right)
