"""Rows of text files with separators: the separator, the header, and rows that fit it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expansion_warehouse.engine.messages import columns
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.body import rows_below
from expansion_warehouse.importers.files.names import names_of
from expansion_warehouse.importers.files.text import Lines
from expansion_warehouse.printable import printable_line

_SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SPELLED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|", "pipe": "|"}
# As many lines of a file tell its separator.
_HEAD_LINES = 1000
_HEAD_SIGNS = 1_048_576
_DECLARED = re.compile(r'"?sep=(.)"?[\r\n]*', flags=re.IGNORECASE)


@dataclass(frozen=True)
class _Head:
    """The beginning of a file: its first lines, and whether there are more."""

    lines: list[str]
    is_cut: bool


class Delimited:
    """One file: its columns, its rows, and what was detected."""

    def __init__(
        self, path: Path, encoding: str, delimiter: str | None, header_row: int | None
    ) -> None:
        """Find separator and header. Raises BadInput where they could be several."""
        self.notes: list[str] = []
        self._path = path
        self._encoding = encoding
        self._skipped = (header_row or 1) - 1
        head = self._head()
        declared = _DECLARED.fullmatch(head.lines[0]) if head.lines else None
        if declared:
            self._skipped += 1
            head = _Head(head.lines[1:], head.is_cut)
        if delimiter is not None:
            self._sign = _spelled(delimiter)
        else:
            self._sign = declared[1] if declared else self._detected(head)
        self.separator = _SIGNS.get(self._sign, f"'{printable_line(self._sign)}'")
        self.columns, names = names_of(self._header())
        self.nameless = names.nameless
        self.notes += names.notes

    def _head(self) -> _Head:
        lines = Lines(self._path, self._encoding)
        found: list[str] = []
        size = 0
        for line in lines:
            lines.row_ends()
            if lines.number > self._skipped:
                found.append(line)
                size += len(line)
            if len(found) >= _HEAD_LINES or size >= _HEAD_SIGNS:
                lines.close()
                return _Head(found, True)
        return _Head(found, False)

    def _detected(self, head: _Head) -> str:
        """The separator of which the header has some, and which fits the most lines below."""
        widths = {sign: _widths(head, sign) for sign in _SIGNS}
        fitting = {
            sign: sum(width != found[0][1] for _, width in found)
            for sign, found in widths.items()
            if found and found[0][1] > 1
        }
        if not fitting:
            self._refuse_lower_header(widths)
            return ","
        best = [sign for sign, misfits in fitting.items() if misfits == min(fitting.values())]
        if len(best) > 1:
            words = " or ".join(_SIGNS[sign] for sign in best)
            raise BadInput(
                f"{shown(self._path)} may have {words} between its columns: say delimiter"
            )
        return best[0]

    def _refuse_lower_header(self, widths: dict[str, list[tuple[int, int]]]) -> None:
        """A header of one column above rows of several is a title."""
        for found in widths.values():
            for line, width in found:
                if width > 1:
                    first, wide = found[0][0] + self._skipped, line + self._skipped
                    raise BadInput(
                        f"{shown(self._path)} line {first} has 1 column and line {wide} has "
                        f"{width}: say header_row: {wide} if the names stand there, else delimiter"
                    )

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record with the line that it begins in."""
        lines = Lines(self._path, self._encoding)
        for _ in range(self._skipped):
            next(lines, None)
            lines.row_ends()
        reader = csv.reader(lines, delimiter=self._sign, strict=True)
        begins = lines.number + 1
        try:
            for record in reader:
                lines.row_ends()
                yield begins, record
                begins = lines.number + 1
        except csv.Error as error:
            raise BadInput(
                f"{shown(self._path)} line {begins}: {_quote_trouble(error)}: double the quotes "
                "inside a quoted value"
            ) from None
        finally:
            lines.close()

    def _header(self) -> list[str]:
        for _, record in self._records():
            if any(record):
                return record
        raise BadInput(f"{shown(self._path)} has no header line: export it with the column names")

    def rows(self) -> Iterator[list[str]]:
        """Every row below the header. Raises BadInput, naming the line, where one does not fit."""
        records = self._records()
        for _, record in records:
            if any(record):
                break
        return rows_below(records, len(self.columns), self._fitted, self.notes)

    def _fitted(self, line: int, record: list[str]) -> list[str]:
        width = len(self.columns)
        if len(record) == width:
            return record
        if len(record) > width and not any(record[width:]):
            return record[:width]
        raise BadInput(
            f"{shown(self._path)} line {line} has {columns(len(record))}, not {width}: "
            "mend the line, or say header_row or delimiter"
        )


def _spelled(delimiter: str) -> str:
    sign = _SPELLED.get(delimiter.lower(), delimiter)
    if len(sign) != 1 or sign in '"\r\n':
        raise BadInput(f"delimiter '{printable_line(delimiter)}' is not one sign, as , or ; or tab")
    return sign


def _quote_trouble(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quote is opened and not closed"
    return "a quoted value goes on after its quote"


def _widths(head: _Head, sign: str) -> list[tuple[int, int]]:
    """Line and number of columns of every record but blank ones; none where quotes do not fit."""
    found: list[tuple[int, int]] = []
    reader = csv.reader(head.lines, delimiter=sign, strict=True)
    begins = 1
    try:
        for record in reader:
            if any(record):
                found.append((begins, len(record)))
            begins = reader.line_num + 1
    except csv.Error as error:
        # The last record may be cut where the head ends.
        if not head.is_cut or "unexpected end" not in str(error):
            return []
    return found
