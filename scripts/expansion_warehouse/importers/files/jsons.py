"""Rows of JSON: an array, the list object of an API, or one object per line; numbers as written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.formats import split_ending
from expansion_warehouse.importers.files.pages import Pages
from expansion_warehouse.importers.files.text import LONGEST_ROW, open_text, undecodable
from expansion_warehouse.printable import printable_line

_CHUNK = 1 << 20
# An object that is longer is read key by key, a value that is longer is refused.
LONGEST_OBJECT = 1 << 20
LONGEST_VALUE = LONGEST_ROW
_LISTS = ("data", "results", "records", "list")
# What stands beside the rows in the answer of an API; with any other key the object is a row.
_PAGING = frozenset(
    (
        *("object", "url", "success", "status", "message", "errors", "schema", "facets", "sort"),
        *("has_more", "hasMore", "next", "next_page", "nextPage", "next_url", "nextRecordsUrl"),
        *("previous", "previous_page", "prev", "prev_page", "first", "last", "done", "query"),
        *("count", "total", "totalCount", "total_count", "totalSize", "total_pages", "size"),
        *("paging", "pagination", "pages", "page", "per_page", "page_size", "limit", "offset"),
        *("next_offset", "cursor", "next_cursor", "after_cursor", "before_cursor", "after_url"),
        *("before_url", "end_of_stream", "end_time", "meta", "metadata", "links", "_links", "type"),
    )
)
_NUMBERED = re.compile(r"[-_. ]*[0-9]+$")
_SPACE = re.compile(r"[ \t\r\n]*")


class Number(str):
    """A number with the digits that it is written with."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, strict=False
)


def json_rows(path: Path, encoding: str, pages: Pages) -> Iterator[Mapping[str, Any]]:
    """Every object of a JSON file; `pages` gets what lists of an API say of further ones.

    Raises BadInput, naming the line, for what is no row.
    """
    with open_text(path, encoding) as handle:
        yield from _Rows(path, handle.read, encoding, pages).rows()


def cell(value: Any) -> str:
    """A value as text: nested ones as JSON, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return _written(value)


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        pairs = (f"{encode_basestring(key)}:{_written(item)}" for key, item in value.items())
        return "{" + ",".join(pairs) + "}"
    return "[" + ",".join(map(_written, value)) + "]"


class _Rows:
    """A JSON text that is read piece by piece."""

    def __init__(self, path: Path, read: Any, encoding: str, pages: Pages) -> None:
        self._path = path
        self._pages = pages
        self._encoding = encoding
        self._read = read
        self._text = ""
        self._at = 0
        self._before = 0
        self._ended = False
        name = split_ending(path.name)[0]
        # Pages of one list are often numbered: tickets_001.json and tickets/001.json hold tickets.
        names = (*_LISTS, name, _NUMBERED.sub("", name), path.parent.name)
        self._lists = tuple(dict.fromkeys(names))

    def rows(self) -> Iterator[Mapping[str, Any]]:
        while sign := self._peek():
            if sign == "[":
                yield from self._array()
            elif sign == "{":
                yield from self._object()
            else:
                self._fail("is neither an object nor a list of objects")

    def _array(self) -> Iterator[Mapping[str, Any]]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            if self._peek() != "{":
                self._fail("is no object")
            yield self._value(LONGEST_VALUE)
            sign = self._peek()
            if sign not in (",", "]"):
                self._fail("is not JSON")
            self._at += 1
            if sign == "]":
                return

    def _object(self) -> Iterator[Mapping[str, Any]]:
        """The rows of a list object, else the object itself."""
        whole = self._value(LONGEST_OBJECT, may_be_longer=True)
        if whole is None:
            yield from self._long_object()
            return
        listed = [name for name in self._lists if _is_list(whole.get(name))]
        if len(set(listed)) == 1 and whole.keys() <= _PAGING | {listed[0]}:
            self._pages.add(self._path, whole)
            yield from whole[listed[0]]
        else:
            yield whole

    def _long_object(self) -> Iterator[Mapping[str, Any]]:
        self._at += 1
        others: dict[str, Any] = {}
        list_name = None
        sign = ","
        while sign == ",":
            key = self._value(LONGEST_VALUE)
            if not isinstance(key, str) or self._peek() != ":":
                self._fail("is not JSON")
            self._at += 1
            if list_name is None and key in self._lists and self._peek() == "[":
                list_name = key
                yield from self._array()
            else:
                others[key] = self._value(LONGEST_VALUE)
            sign = self._peek()
            if sign not in (",", "}"):
                self._fail("is not JSON")
            self._at += 1
        if list_name is None:
            yield others
        elif unknown := sorted(others.keys() - _PAGING):
            self._fail(
                f"may be one row or a list of rows, for {list_name} stands beside "
                f"{printable_line(unknown[0])}"
            )
        else:
            self._pages.add(self._path, others)

    def _peek(self) -> str:
        """The next sign that is no white space, '' at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(_CHUNK):
                return ""

    def _value(self, longest: int, may_be_longer: bool = False) -> Any:
        """The value that begins here; None where it may be, and is, longer than that."""
        self._peek()
        size = _CHUNK
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                self._fail("is nested too deeply")
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._text) - 16 or error.msg.startswith("Unterminated")
                if len(self._text) - self._at > longest and cut:
                    if may_be_longer:
                        return None
                    self._fail(f"is longer than {longest >> 20} million signs")
                if cut and self._more(size):
                    size *= 2
                    continue
                self._at = error.pos
                self._fail("is not JSON")
            if end - self._at > longest and not may_be_longer:
                self._fail(f"is longer than {longest >> 20} million signs")
            # A number could go on behind the end of what is read.
            if end == len(self._text) and self._more(_CHUNK):
                continue
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        """Read on; what lies behind is forgotten."""
        if self._ended:
            return False
        try:
            read = self._read(size)
        except UnicodeError:
            words = self._encoding.removesuffix("-sig")
            trouble = undecodable(self._path, self._encoding, words)
            raise BadInput(f"{trouble}: say encoding, or export it as UTF-8") from None
        self._ended = not read
        self._before += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :] + read
        self._at = 0
        return bool(read)

    def _fail(self, trouble: str) -> None:
        line = self._before + self._text.count("\n", 0, self._at) + 1
        raise BadInput(
            f"{shown(self._path)} line {line} {trouble}: export an array, a list of an API or one "
            "object per line"
        )


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
