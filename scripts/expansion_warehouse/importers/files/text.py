"""Text files as characters: unpacked, decoded, and read in lines of bounded length."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path
from typing import Any, cast

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.formats import is_packed

# Characters of one row; a quote that is never closed would swallow the rest of the file.
LONGEST_ROW = 4_194_304
_SAFE_BYTES = 1 << 30
_HIGHEST_RATIO = 200
_BUFFER = 1 << 16
_MARK = "\udc80"
codecs.register_error("expansion_warehouse_mark", lambda error: (_MARK, _end_of(error)))


def _end_of(error: UnicodeError) -> int:
    assert isinstance(error, UnicodeDecodeError)
    return error.end


class _Unpacked(gzip.GzipFile):
    """A packed file that may not grow without bounds."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._name = shown(path)
        self._allowed = max(_SAFE_BYTES, path.stat().st_size * _HIGHEST_RATIO)

    def readinto(self, buffer: Any) -> int:
        found = super().readinto(buffer)
        if self.tell() > self._allowed:
            raise BadInput(
                f"{self._name} unpacks to more than {_HIGHEST_RATIO} times its size: "
                "unpack it yourself if it is what it should be"
            )
        return found


def open_bytes(path: Path) -> io.BufferedReader:
    """A file as bytes, unpacked."""
    if is_packed(path):
        return io.BufferedReader(cast(io.RawIOBase, _Unpacked(path)), _BUFFER)
    return path.open("rb")


def open_text(path: Path, encoding: str, errors: str = "strict") -> io.TextIOWrapper:
    """A file as characters; its line breaks stay as they are."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors=errors, newline="")


class Lines:
    """The lines of a file, counted; whoever has finished a row says so with `row_ends`."""

    def __init__(self, path: Path, encoding: str) -> None:
        """Open the file."""
        self.number = 0
        self._path = path
        self._encoding = encoding
        self._handle = open_text(path, encoding)
        self._size = 0

    def __iter__(self) -> Lines:
        """Go on with the next line."""
        return self

    def __next__(self) -> str:
        """The next line. Raises BadInput where it is none, or belongs to a row without end."""
        if self._handle.closed:
            raise StopIteration
        try:
            line = self._handle.readline(LONGEST_ROW + 1)
        except UnicodeError:
            words = self._encoding.removesuffix("-sig")
            trouble = undecodable(self._path, self._encoding, words)
            raise BadInput(f"{trouble}: say encoding, or export it as UTF-8") from None
        if not line:
            self._handle.close()
            raise StopIteration
        self.number += 1
        self._size += len(line)
        if self._size > LONGEST_ROW:
            raise BadInput(
                f"{shown(self._path)} line {self.number}: a row is longer than "
                f"{LONGEST_ROW >> 20} million signs: close the quote that was opened before"
            )
        if "\0" in line:
            raise BadInput(f"{shown(self._path)} line {self.number} holds a zero byte: no text")
        return line

    def row_ends(self) -> None:
        """What follows belongs to another row."""
        self._size = 0

    def close(self) -> None:
        """Read no further."""
        self._handle.close()


def undecodable(path: Path, encoding: str, words: str) -> str:
    """The first line of a file that its encoding does not explain, in words."""
    number = 0
    with open_text(path, encoding, "expansion_warehouse_mark") as lines:
        for line in iter(lambda: lines.readline(LONGEST_ROW), ""):
            number += 1
            if _MARK in line:
                break
    return f"{shown(path)} line {number} is no text in {words}"
