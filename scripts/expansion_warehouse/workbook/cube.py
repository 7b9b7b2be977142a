"""Cube: MRR of every account at every month-end, and its movement of the month by formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from expansion_warehouse.workbook.book import LARGE, RESTATED, Book
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.cells import Cell, Formula, added, amount, check_text, rounded
from expansion_warehouse.workbook.layout import Block, money_width
from expansion_warehouse.workbook.marts import Marts
from expansion_warehouse.workbook.sheet import FIRST_ROW, Sheet, as_text, cell_name
from expansion_warehouse.workbook.styles import Kind, Role

NAME = "Cube"
_LABELS = (
    ("account_id", "Account", 16),
    ("account_name", "Name", 30),
    ("size_band", "Size", 12),
    ("country", "Country", 9),
    ("cohort_month", "Cohort", 9),
)
_LEFT = len(_LABELS)
_TOTAL, _SHOWN, _ACCOUNTS, _CHECK, _CHECK_ACCOUNTS = (FIRST_ROW + number for number in range(5))
_HEAD = FIRST_ROW + 5
_FIRST = _HEAD + 1
_ROWS = """
select m.account_id, a.account_name, a.size_band, a.country, a.cohort_month,
    m.month, m.opening_mrr, m.closing_mrr
from fct_mrr_movements as m
left join dim_accounts as a on m.account_id = a.account_id
where m.basis = '{basis}' and m.month between ? and ?
order by m.account_id, m.month
"""
_FOUND = "select count(distinct account_id) from fct_mrr_movements where basis = '{basis}'"
_SPAN = """
select count(distinct account_id) as accounts
from fct_mrr_movements
where basis = '{basis}' and month between ? and ?
"""
_SUMS = """
select month, sum(opening_mrr), sum(closing_mrr), count(*) filter (where closing_mrr > 0)
from fct_mrr_movements
where basis = '{basis}' and month between ? and ?
group by month
"""


def cube_names(book: Book) -> dict[str, list[date]]:
    """The sheets of the cube with their months: one, or one for each fiscal year."""
    if not book.large:
        return {NAME: book.month_days}
    years: dict[str, list[date]] = {}
    for row in book.months:
        years.setdefault(f"{NAME} FY{row['fiscal_year']}", []).append(row["month"])
    return years


def accounts_of(marts: Marts) -> int:
    """How many accounts have ever had MRR."""
    if not marts.has("fct_mrr_movements"):
        return 0
    [row] = marts.stream(_FOUND.format(basis=RESTATED)).fetchall()
    return int(row[0])


def is_large(accounts: int) -> bool:
    """Whether a book has too many accounts for one sheet that is pleasant to use."""
    return accounts > LARGE


def write_cubes(book: Book) -> None:
    """Write the sheet, or the sheets."""
    for name, months in cube_names(book).items():
        _write(book, book.sheets[name], months)


def _write(book: Book, sheet: Sheet, months: Sequence[date]) -> None:
    span = f", {months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else ""
    sheet.head(
        f"Customer cube{span}",
        "Left: MRR of every account at every month-end, restated. Right: its movement of the "
        "month, by formula.",
        "An empty cell is a month before the account's first; 0 is an account that left.",
    )
    if book.absent(sheet, "fct_mrr_movements", "dim_accounts", "dim_months") or not months:
        return
    count = _count(book, months)
    last = _FIRST + count - 1
    bridge = book.blocks.get((BRIDGE, RESTATED))
    moves = _LEFT + len(months) + 1
    _totals(book, sheet, months, last)
    _titles(sheet, months)
    _accounts(book, sheet, months, moves)
    width = money_width(_closing(bridge), book.digits)
    sheet.widths(
        [*(width for _, _, width in _LABELS), *(width for _ in range(2 * len(months) + 1))]
    )
    sheet.filter(_HEAD, last, moves + len(months) - 1)
    sheet.freeze(_FIRST, 2)
    sheet.see(last, moves + len(months) - 1)
    sheet.print_wide(18)


def _closing(bridge: Block | None) -> list[Any]:
    return [record["closing_mrr"].value for record in bridge.records if record] if bridge else []


def _count(book: Book, months: Sequence[date]) -> int:
    sql = _SPAN.format(basis=RESTATED)
    [row] = book.marts.stream(sql, [months[0], months[-1]]).fetchall()
    return int(row[0])


def _titles(sheet: Sheet, months: Sequence[date]) -> None:
    sheet.titles(
        _HEAD,
        [
            *((title, Kind.TEXT) for _, title, _ in _LABELS),
            ("Before", Kind.MONEY),
            *((month, Kind.MONTH) for month in months),
            *((f"Δ {month:%Y-%m}", Kind.MONEY) for month in months),
        ],
    )


def _accounts(book: Book, sheet: Sheet, months: Sequence[date], moves: int) -> None:
    """One line for each account; plain calls, because there are many cells."""
    worksheet = sheet.worksheet
    text, day = (sheet.styles.of(kind, Role.INPUT) for kind in (Kind.TEXT, Kind.MONTH))
    blue = sheet.styles.of(Kind.MONEY, Role.INPUT)
    black = sheet.styles.of(Kind.MONEY, Role.FORMULA)
    columns = [xl_rowcol_to_cell(0, _LEFT + number)[:-1] for number in range(len(months) + 1)]
    places = {month: number for number, month in enumerate(months, 1)}
    for line, rows in enumerate(_by_account(book, months), _FIRST):
        first = rows[0]
        for column, value in enumerate(first[:4]):
            if value is not None:
                worksheet.write_string(line, column, as_text(value), text)
        if first[4] is not None:
            worksheet.write_datetime(line, 4, first[4], day)
        values: list[float | None] = [None] * (len(months) + 1)
        if first[5] == months[0]:
            values[0] = float(first[6])
        for row in rows:
            values[places[row[5]]] = float(row[7])
        for number, found in enumerate(values):
            if found is not None:
                worksheet.write_number(line, _LEFT + number, found, blue)
        for number in range(1, len(values)):
            now, past = values[number], values[number - 1]
            if now is None and past is None:
                continue
            formula = f"={columns[number]}{line + 1}-{columns[number - 1]}{line + 1}"
            moved = round((now or 0.0) - (past or 0.0), 3)
            worksheet.write_formula(line, moves + number - 1, formula, black, moved)


def _by_account(book: Book, months: Sequence[date]) -> Iterator[list[tuple[Any, ...]]]:
    cursor = book.marts.stream(_ROWS.format(basis=RESTATED), [months[0], months[-1]])

    def rows() -> Iterator[tuple[Any, ...]]:
        while part := cursor.fetchmany(10_000):
            yield from part

    for _, found in groupby(rows(), key=lambda row: row[0]):
        yield list(found)


def _totals(
    book: Book,
    sheet: Sheet,
    months: Sequence[date],
    last: int,
) -> None:
    """Sums over all accounts, over those that a filter leaves, and how far they are off."""
    bridge = book.blocks.get((BRIDGE, RESTATED))
    offset = book.month_days.index(months[0])
    before, moves = _LEFT, _LEFT + len(months) + 1
    found = book.marts.stream(_SUMS.format(basis=RESTATED), [months[0], months[-1]]).fetchall()
    by_month = {row[0]: row for row in found}
    opening = by_month[months[0]][1] if months[0] in by_month else 0
    closing = [by_month[month][2] if month in by_month else 0 for month in months]
    paying = [by_month[month][3] if month in by_month else 0 for month in months]
    moved = [now - past for now, past in zip(closing, [opening, *closing], strict=False)]
    sums = dict(enumerate([opening, *closing, *moved], before))
    ranges = {column: f"{cell_name(_FIRST, column)}:{cell_name(last, column)}" for column in sums}

    def line(row: int, title: str, values: dict[int, Any], kind: Kind, role: Role) -> None:
        sheet.put(row, 0, title, Kind.TEXT, role if role is Role.TOTAL else Role.LABEL)
        for column, value in values.items():
            sheet.put(row, column, value, kind, role)

    total = {n: Formula(f"=SUM({ranges[n]})", value) for n, value in sums.items()}
    shown = {n: Formula(f"=SUBTOTAL(109,{ranges[n]})", value) for n, value in sums.items()}
    counted = {
        before + 1 + n: Formula(f'=COUNTIF({ranges[before + 1 + n]},">0")', count)
        for n, count in enumerate(paying)
    }
    line(_TOTAL, "All accounts", total, Kind.MONEY, Role.TOTAL)
    line(_SHOWN, "Accounts that the filter leaves", shown, Kind.MONEY, Role.FORMULA)
    line(_ACCOUNTS, "Paying accounts", counted, Kind.COUNT, Role.FORMULA)
    if bridge is None:
        return
    apart: dict[int, Any] = {}
    for number in range(len(months)):
        for column, key in ((before + 1 + number, "closing"), (moves + number, "net_new")):
            apart[column] = _against(bridge.cell(key, offset + number), _TOTAL, column, sums)
    counts = dict(enumerate(paying, before + 1))
    lost = {
        column: _against(bridge.cell("paying_accounts", offset + number), _ACCOUNTS, column, counts)
        for number, column in enumerate(counts)
    }
    line(_CHECK, "Check: all less the bridge", apart, Kind.CHECK, Role.FORMULA)
    line(_CHECK_ACCOUNTS, "Check: accounts less the bridge", lost, Kind.CHECK, Role.FORMULA)
    for row, says, values in (
        (_CHECK, "MRR and movements of all accounts are those of the bridge", apart),
        (_CHECK_ACCOUNTS, "Accounts with MRR are the paying accounts of the bridge", lost),
    ):
        where = (row, min(values), row, max(values))
        sheet.check(
            f"{says}, {months[0]:%Y-%m} to {months[-1]:%Y-%m}",
            where,
            [formula.value for formula in values.values() if formula],
        )


def _against(cell: Cell | None, row: int, column: int, sums: dict[int, Any]) -> Formula | None:
    """How far a sum of the cube is from a cell of the bridge."""
    if cell is None:
        return None
    value = rounded(added([sums[column], -amount(cell.value)]))
    return Formula(check_text(f"{cell_name(row, column)}-{cell.ref}"), value)
