"""Rows of marts for a terminal: as a table where they fit, else one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from expansion_warehouse.commands.show import Found
from expansion_warehouse.printable import printable_line

_MISSING = "–"
_LONGEST = 40
_UNCUT = 100_000
_NUMBERS = ("DECIMAL", "DOUBLE", "INTEGER", "BIGINT", "HUGEINT", "FLOAT")


def print_marts(marts: Sequence[Mapping[str, Any]]) -> None:
    """Every mart on a line: its rows and the first sentence after its grain."""
    console = _console()
    table = Table(box=None, pad_edge=False, header_style="dim", expand=console.is_terminal)
    names = max((len(str(mart["mart"])) for mart in marts), default=0)
    table.add_column("Mart", no_wrap=True, min_width=names)
    table.add_column("Rows", justify="right", no_wrap=True, min_width=9)
    table.add_column("What it is", overflow="ellipsis", no_wrap=True, ratio=1)
    for mart in marts:
        grain, _, rest = str(mart["description"]).partition(". ")
        sentence = (rest.split(". ")[0] or grain).rstrip(".")
        table.add_row(str(mart["mart"]), f"{mart['rows']:,}", Text(printable_line(sentence)))
    _print(table, console)


def _print(table: Table, console: Console) -> None:
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        print(line.rstrip())


def _console() -> Console:
    """The terminal; where the output is piped, a line as long as it has to be: nothing is cut."""
    console = Console()
    return console if console.is_terminal else Console(width=_UNCUT)


def print_rows(found: Found) -> None:
    """Rows and how many there are; columns that would not fit make each row a list."""
    console = _console()
    cells = [[shown_value(value) for value in row] for row in found.rows]
    numbers = [kind.startswith(_NUMBERS) for kind in found.kinds]
    widths = [
        min(_LONGEST, max([len(name), *(len(row[i]) for row in cells)]))
        for i, name in enumerate(found.columns)
    ]
    if not found.rows:
        pass
    elif sum(widths) + 2 * len(widths) <= console.width:
        _print_table(found.columns, cells, numbers, console)
    else:
        _print_lists(found.columns, cells, console)
    more = found.total - len(found.rows)
    rest = f" of {found.total:,}; --limit shows more" if more > 0 else ""
    console.print(
        Text(f"{len(found.rows):,} row{'' if len(found.rows) == 1 else 's'}{rest}", "dim")
    )


def shown_value(value: object) -> str:
    """A value as a person reads it: no digits that say nothing, a dash where there is none."""
    if value is None:
        return _MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    return value.isoformat() if isinstance(value, date) else printable_line(value)


def _print_table(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    console: Console,
) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, is_number in zip(columns, numbers, strict=True):
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    _print(table, console)


def _print_lists(columns: Sequence[str], cells: Sequence[Sequence[str]], console: Console) -> None:
    width = max(len(name) for name in columns)
    for row in cells:
        for name, cell in zip(columns, row, strict=True):
            console.print(Text(f"{name:<{width}}  ", "dim").append(cell, "default"))
        console.print()
