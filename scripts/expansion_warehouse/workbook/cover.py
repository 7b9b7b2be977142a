"""Cover: which run, its figures, whether everything adds up, and how to read the rest."""

from __future__ import annotations

from typing import Any

from expansion_warehouse.workbook.book import BASIS_NAMES, REPORTED, RESTATED, Book
from expansion_warehouse.workbook.bridge import MONTHS_ROW
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.cells import Cell, Formula, largest, same
from expansion_warehouse.workbook.layout import Block
from expansion_warehouse.workbook.retention import NAME as RETENTION
from expansion_warehouse.workbook.sheet import Checked, Sheet, cell_name
from expansion_warehouse.workbook.styles import BLUE, GREY, HEAD, Kind, Role

NAME = "Cover"
CHECKS = "all_checks"
_SHOWN_MONTHS = 24
_CHART_ROWS = 16
# Story, figures and charts fill one page.
_SCALE = 76
_FIGURES: tuple[tuple[str, str, Kind], ...] = (
    ("closing_mrr", "MRR", Kind.MONEY),
    ("closing_arr", "ARR", Kind.MONEY),
    ("net_new_mrr", "Net new MRR of the month", Kind.MONEY),
    ("paying_accounts", "Paying accounts", Kind.COUNT),
    ("nrr_12m", "NRR, 12 months", Kind.RATIO),
    ("nrr_12m_low", "NRR, lower bound (95 %)", Kind.RATIO),
    ("nrr_12m_high", "NRR, upper bound (95 %)", Kind.RATIO),
    ("grr_12m", "GRR, 12 months", Kind.RATIO),
    ("grr_12m_low", "GRR, lower bound (95 %)", Kind.RATIO),
    ("grr_12m_high", "GRR, upper bound (95 %)", Kind.RATIO),
)
_LINES: dict[str, tuple[str, str]] = {
    "closing_mrr": (BRIDGE, "closing"),
    "closing_arr": (BRIDGE, "closing_arr"),
    "net_new_mrr": (BRIDGE, "net_new"),
    "paying_accounts": (BRIDGE, "paying_accounts"),
    "nrr_12m": (RETENTION, "rate_nrr"),
    "nrr_12m_low": (RETENTION, "nrr_low"),
    "nrr_12m_high": (RETENTION, "nrr_high"),
    "grr_12m": (RETENTION, "rate_grr"),
    "grr_12m_low": (RETENTION, "grr_low"),
    "grr_12m_high": (RETENTION, "grr_high"),
}
_HOW = (
    "Blue numbers are those of the run's marts; black ones are formulas over them. The sheet "
    "Definitions says what each column means.",
    "Lines and columns that begin with Check compare the two. They show 0.00, green; anything "
    "else is red and counts in the total above.",
    "An empty cell is a value that does not exist or cannot be known, never 0. Negative numbers "
    "stand in parentheses.",
    "Restated is everything known on the day of the build; as reported is what was known when "
    "each month closed. A provisional month is not closed yet.",
    "Money is at the budget rate of each fiscal year. The folder csv beside this file has every "
    "mart in full.",
)
# One colour for each movement, safe for colour-blind readers.
_COLOURS = {
    "new_mrr": "#0072B2",
    "expansion_mrr": "#56B4E9",
    "reactivation_mrr": "#A6D4F2",
    "contraction_mrr": "#E69F00",
    "churn_mrr": "#D55E00",
    "fx_mrr": "#7F7F7F",
    "merge_mrr": "#A6A6A6",
    "prior_period_mrr": "#CCCCCC",
}


def write_cover(book: Book) -> None:
    """Write the sheet; last, because it shows what the others hold."""
    sheet = book.sheets[NAME]
    title = sheet.styles.special(bold=True, font_size=18, font_color=HEAD)
    sheet.widths([30, 18, 18, 18, 18, 18, 24])
    sheet.worksheet.set_row(0, 28)
    sheet.worksheet.write_string(0, 0, "Finance workbook", title)
    top = _story(book, sheet, 1)
    top = _figures(book, sheet, top + 1)
    top = _charts(book, sheet, top + 1)
    second_page = top
    top = _how(sheet, top + 1)
    _checks(book, sheet, top + 1)
    sheet.print_scaled(_SCALE, second_page)


def _story(book: Book, sheet: Sheet, top: int) -> int:
    facts = book.facts
    lines: list[tuple[str, Any, Kind, str | None]] = [
        ("Run", facts.run_id, Kind.TEXT, "run_id"),
        ("As of", facts.as_of, Kind.DATE, "as_of_date"),
        ("Known by", facts.known_at or "everything delivered", Kind.TEXT, None),
        ("Newest complete month", book.newest, Kind.MONTH, "newest_month"),
        ("Currency", facts.currency, Kind.TEXT, "currency"),
        ("Built at (UTC)", facts.built_at.isoformat(sep=" "), Kind.TEXT, None),
        ("Raw folder", facts.raw_folder, Kind.TEXT, None),
        ("Version", facts.version, Kind.TEXT, None),
        *((label, words, Kind.TEXT, None) for label, words in facts.gates),
    ]
    for line, (label, value, kind, name) in enumerate(lines, top):
        sheet.put(line, 0, label, Kind.TEXT, Role.LABEL)
        sheet.put(line, 1, value, kind, Role.LABEL, left=True)
        _beside(book, sheet, line)
        if name:
            _name(book, sheet, name, line, 1)
    line = top + len(lines)
    if book.large:
        sheet.note(line, "The book is large: the cube has one sheet for each fiscal year.")
    _beside(book, sheet, line)
    return line


def _beside(book: Book, sheet: Sheet, row: int) -> None:
    """At the right edge, line by line: the way to every other sheet."""
    others = [other for name, other in book.sheets.items() if name != NAME]
    if 0 < row <= len(others):
        other = others[row - 1]
        _link(sheet, row, 6, f"'{other.name}'!A1", other.name)


def _name(book: Book, sheet: Sheet, name: str, row: int, column: int) -> None:
    """Name a cell for formulas of readers."""
    book.workbook.define_name(name, f"={sheet.cell(row, column).ref}")


def _figures(book: Book, sheet: Sheet, top: int) -> int:
    month = f"{book.newest:%Y-%m}" if book.newest else "no month"
    bases = (REPORTED, RESTATED)
    _beside(book, sheet, top - 1)
    sheet.titles(
        top,
        [
            (f"Figures of {month}", Kind.TEXT),
            *((BASIS_NAMES[basis], Kind.COUNT) for basis in bases),
            ("Names of the two cells", Kind.TEXT),
            *([("", Kind.TEXT)] * 2),
        ],
    )
    _beside(book, sheet, top)
    for line, (key, label, kind) in enumerate(_FIGURES, top + 1):
        sheet.put(line, 0, label, Kind.TEXT, Role.LABEL)
        for column, basis in enumerate(bases, 1):
            found = _newest(book, key, basis)
            sheet.put(line, column, same(found) if found else None, kind, Role.FORMULA)
            _name(book, sheet, f"{key}_{basis}", line, column)
        sheet.note(line, f"  {key}_{REPORTED}, {key}_{RESTATED}", 3)
        _beside(book, sheet, line)
    return top + 1 + len(_FIGURES)


def _newest(book: Book, key: str, basis: str) -> Cell | None:
    name, line = _LINES[key]
    block = book.blocks.get((name, basis) if name == BRIDGE else (name, basis, "12m"))
    return block.cell(line, -1) if block else None


def _checks(book: Book, sheet: Sheet, top: int) -> int:
    grouped: dict[tuple[str, str], list[Checked]] = {}
    for other in book.sheets.values():
        for check in other.checked:
            grouped.setdefault((check.sheet, check.says), []).append(check)
    first = top + 2
    titles = (
        ("Checks", Kind.TEXT),
        ("Largest difference", Kind.COUNT),
        *(("What is compared", Kind.TEXT), ("", Kind.TEXT), ("", Kind.TEXT), ("", Kind.TEXT)),
        ("", Kind.TEXT),
    )
    sheet.titles(top, titles)
    found = [largest([(c.ref, c.values) for c in checks]) for checks in grouped.values()]
    last = first + max(len(found), 1) - 1
    sheet.put(top + 1, 0, "All checks together", Kind.TEXT, Role.LABEL)
    ref = f"{cell_name(first, 1)}:{cell_name(last, 1)}"
    everything = Formula(f"=SUM({ref})", sum(float(formula.value) for formula in found))
    sheet.put(top + 1, 1, everything, Kind.CHECK, Role.FORMULA)
    verdict = "Everything adds up." if abs(everything.value) < 0.005 else "Look at the red lines."
    cell = cell_name(top + 1, 1)
    says = f'=IF(ABS({cell})<0.005,"Everything adds up.","Look at the red lines.")'
    sheet.put(top + 1, 2, Formula(says, verdict), Kind.TEXT, Role.FORMULA)
    for line, (checks, formula) in enumerate(zip(grouped.values(), found, strict=True), first):
        target = checks[0].ref.replace("$", "").split(":", maxsplit=1)[0]
        _link(sheet, line, 0, target, checks[0].sheet)
        sheet.put(line, 1, formula, Kind.CHECK, Role.FORMULA)
        sheet.put(line, 2, checks[0].says, Kind.TEXT, Role.INPUT)
    _name(book, sheet, CHECKS, top + 1, 1)
    sheet.colour(top + 1, 1, last, 1)
    return last + 1


def _link(sheet: Sheet, row: int, column: int, target: str, text: str) -> None:
    style = sheet.styles.special(font_color=BLUE, underline=1)
    sheet.see(row, column)
    sheet.worksheet.write_url(row, column, f"internal:{target}", style, text)


def _how(sheet: Sheet, top: int) -> int:
    sheet.titles(top, [("How to read", Kind.TEXT), *([("", Kind.TEXT)] * 6)])
    for line, text in enumerate(_HOW, top + 1):
        sheet.put(line, 0, text, Kind.TEXT, Role.LABEL)
    return top + 1 + len(_HOW)


# ---- charts ----


def _charts(book: Book, sheet: Sheet, top: int) -> int:
    bridge = book.blocks.get((BRIDGE, RESTATED))
    if bridge is None or not book.months:
        return top
    first = max(0, len(book.months) - _SHOWN_MONTHS)
    heads = book.sheets[BRIDGE].ref(MONTHS_ROW, 1 + first, MONTHS_ROW, len(book.months))
    chart = _chart(book, "column", "stacked", "What moved MRR, restated")
    for key, colour in _COLOURS.items():
        chart.add_series(
            {
                "name": f"={bridge.sheet.cell(bridge.line(key), 0).ref}",
                "categories": f"={heads}",
                "values": f"={bridge.ref(key, first)}",
                "fill": {"color": colour},
                "gap": 40,
            }
        )
    whole = sheet.styles.number_formats[Kind.COUNT]
    chart.set_y_axis({**_AXIS, "num_format": whole, "major_gridlines": _LINES_OF_GRID})
    sheet.worksheet.insert_chart(
        top, 0, chart, {"object_position": 2, "description": chart_words(0)}
    )
    _retention_chart(book, sheet, top, first, heads)
    return top + _CHART_ROWS + 1


_LEGEND: dict[str, Any] = {"position": "bottom", "font": {"size": 8, "color": GREY}}
_AXIS: dict[str, Any] = {"num_font": {"size": 8, "color": GREY}, "line": {"none": True}}
_LINES_OF_GRID: dict[str, Any] = {"visible": True, "line": {"color": "#E5E5E5", "width": 0.5}}


def chart_words(number: int) -> str:
    """What a chart shows, for readers who do not see it."""
    return (
        "Columns of new, expansion, reactivation, contraction, churn and other MRR by month",
        "Lines of net and gross revenue retention over twelve months, with their intervals",
    )[number]


def _chart(book: Book, kind: str, subtype: str | None, title: str) -> Any:
    options = {"type": kind, **({"subtype": subtype} if subtype else {})}
    chart = book.workbook.add_chart(options)
    chart.set_title({"name": title, "name_font": {"size": 11, "color": HEAD}, "overlay": False})
    chart.set_legend(_LEGEND)
    chart.set_x_axis({**_AXIS, "date_axis": True, "num_format": "yyyy-mm", "label_position": "low"})
    chart.set_size({"width": 485, "height": 20 * _CHART_ROWS})
    return chart


def _retention_chart(book: Book, sheet: Sheet, top: int, first: int, heads: str) -> None:
    block: Block | None = book.blocks.get((RETENTION, RESTATED, "12m"))
    if block is None:
        return
    chart = _chart(book, "line", None, "NRR and GRR over twelve months, restated")
    for key, colour, width, dash in (
        ("rate_nrr", "#0072B2", 2.25, "solid"),
        ("nrr_low", "#0072B2", 0.75, "dash"),
        ("nrr_high", "#0072B2", 0.75, "dash"),
        ("rate_grr", "#D55E00", 2.25, "solid"),
        ("grr_low", "#D55E00", 0.75, "dash"),
        ("grr_high", "#D55E00", 0.75, "dash"),
    ):
        chart.add_series(
            {
                "name": f"={block.sheet.cell(block.line(key), 0).ref}",
                "categories": f"={heads}",
                "values": f"={block.ref(key, first)}",
                "line": {"color": colour, "width": width, "dash_type": dash},
            }
        )
    chart.set_y_axis({**_AXIS, "num_format": "0%", "major_gridlines": _LINES_OF_GRID})
    # Bounds are dashes of the same colour and need no words.
    chart.set_legend({**_LEGEND, "delete_series": [1, 2, 4, 5]})
    place = {"object_position": 2, "x_offset": 30, "description": chart_words(1)}
    sheet.worksheet.insert_chart(top, 3, chart, place)
