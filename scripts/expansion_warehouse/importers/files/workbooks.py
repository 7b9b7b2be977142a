"""Excel workbooks: whether one can be trusted, its sheets, and the text of a cell."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.printable import printable_line

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 5000
# Bytes of a workbook's parts, unpacked, and how many times its own size they may be.
_SAFE_BYTES, _MOST_BYTES = 1 << 28, 1 << 31
_HIGHEST_RATIO = 200
# Excel calculates in binary fractions and keeps so many digits of what is typed.
_DIGITS = 15
# A date format says hours where they matter.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass
class Scan:
    """What a sheet says besides its values; rows and columns count from 1."""

    has_values: bool = False
    width: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    # The first formula whose result is not in the file.
    uncalculated: str | None = None


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever the library makes of a damaged workbook, in one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (BadInput, KeyboardInterrupt):
        raise
    except Exception as error:
        problem = printable_line(str(error).partition("\n")[0] or type(error).__name__)
        raise BadInput(f"{shown(path)} cannot be read: {problem}") from None


def open_workbook(path: Path) -> Any:
    """A workbook. Raises BadInput where it is none, or would unpack without bounds."""
    if not zipfile.is_zipfile(path):
        raise BadInput(
            f"{shown(path)} is no workbook, or has a password: save it as .xlsx without one"
        )
    with told(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
        allowed = max(_SAFE_BYTES, path.stat().st_size * _HIGHEST_RATIO)
        if size > min(allowed, _MOST_BYTES):
            raise BadInput(
                f"{shown(path)} unpacks to {size >> 20:,} MB: save the sheet as CSV if that is "
                "what it holds"
            )
        # Half a second that only who has workbooks needs.
        from openpyxl import load_workbook  # noqa: PLC0415

        return load_workbook(path, read_only=True, data_only=True, keep_links=False)


def scan_sheet(path: Path, sheet: Any, only_whether: bool = False) -> Scan:
    """Look through the XML of a sheet; `only_whether` it has values, if nothing else matters."""
    found = Scan()
    with told(path), zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        for _, element in ElementTree.iterparse(part):
            if element.tag == f"{_MAIN}c":
                _scan_cell(path, element, found)
            elif element.tag == f"{_MAIN}mergeCell":
                found.merged.append(_range(element.get("ref", "")))
            elif element.tag == f"{_MAIN}row":
                element.clear()
            if only_whether and found.has_values:
                break
    return found


def _scan_cell(path: Path, cell: ElementTree.Element, found: Scan) -> None:
    value = cell.find(f"{_MAIN}v")
    has_value = (value is not None and value.text) or cell.find(f"{_MAIN}is") is not None
    reference = cell.get("r")
    if reference is not None:
        column, row = position(reference)
        if column > _MOST_COLUMNS or row > _MOST_ROWS:
            raise BadInput(f"{shown(path)} has a cell {reference}, too far out: clear it")
        if has_value:
            found.width = max(found.width, column)
    if has_value:
        found.has_values = True
    elif cell.find(f"{_MAIN}f") is not None and cell.get("t", "n") == "n":
        found.uncalculated = found.uncalculated or reference or "somewhere"


def position(reference: str) -> tuple[int, int]:
    """Column and row of a cell such as B7; too far out where it is no name of one."""
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        return _MOST_COLUMNS + 1, _MOST_ROWS + 1
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(parts[2])


def _range(reference: str) -> tuple[int, int, int, int]:
    """First column and row, last column and row of a range such as A1:B2."""
    first, _, last = reference.partition(":")
    return (*position(first), *position(last or first))


def cell_text(cell: Any) -> str:
    """The value of a cell as text."""
    value = cell.value
    if isinstance(value, str):
        return value.replace("_x000D_", "\r")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, (datetime, timedelta, time)):
        return _clock_text(value, cell.number_format)
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    """A number without exponent, with the digits that Excel shows at most: 0.3 for 0.1 + 0.2."""
    text = format(Decimal(format(value, f".{_DIGITS}g")), "f")
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if plain == "-0" else plain


def _clock_text(value: datetime | timedelta | time, number_format: str) -> str:
    """Days as days, moments and times by ISO, lengths of time as hours, minutes and seconds."""
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, time):
        return value.isoformat()
    says_hours = "h" in _QUOTED.sub("", number_format).lower()
    is_day = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
    return value.date().isoformat() if is_day and not says_hours else value.isoformat()
