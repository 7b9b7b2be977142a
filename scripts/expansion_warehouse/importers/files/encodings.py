"""In which encoding a text file is written."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.legacy import chosen
from expansion_warehouse.importers.files.text import open_bytes, undecodable
from expansion_warehouse.printable import printable_line

_CHUNK = 1 << 20
# Bytes of text beyond ASCII that are enough to tell its encoding.
_TELLING = 1 << 24
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Zero bytes are half of every plain letter, and now and then the other half of another sign.
_CLEARLY = 4
_MARKED = {"utf-8": "utf-8-sig"}


@dataclass(frozen=True)
class Encoding:
    """A codec, and its name for people."""

    codec: str
    words: str


def encoding_of(path: Path, asked: str | None) -> Encoding:
    """The encoding that is asked for, else the one that the bytes of the whole file tell."""
    if asked is not None:
        return _asked(asked)
    with open_bytes(path) as handle:
        start = handle.read(4096)
    for mark, codec, words in _MARKS:
        if start.startswith(mark):
            return Encoding(codec, words)
    if b"\0" in start:
        return _without_mark(path, start)
    if _is_utf8(path):
        return Encoding("utf-8", "UTF-8")
    found = chosen(_pieces(path))
    if found is None:
        raise BadInput(
            f"{undecodable(path, 'utf-8', 'UTF-8')}, and whether it is CP932, CP1252 or another "
            "encoding cannot be told from its words: say encoding, or export it as UTF-8"
        )
    return Encoding(found.codec, found.words)


def _asked(name: str) -> Encoding:
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except LookupError:
        raise BadInput(
            f"unknown encoding '{printable_line(name)}': known are utf-8, utf-16, cp932, cp1252 "
            "and the others of Python"
        ) from None
    # The mark at its beginning is no part of the first name.
    named = _MARKED.get(codec.name, codec.name)
    return Encoding(named, f"{codec.name} as asked")


def _without_mark(path: Path, start: bytes) -> Encoding:
    """UTF-16 whose byte order shows in the zero bytes of its plain letters."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd >= _CLEARLY * even:
        return Encoding("utf-16-le", "UTF-16")
    if even >= _CLEARLY * odd:
        return Encoding("utf-16-be", "UTF-16")
    raise BadInput(f"{shown(path)} holds zero bytes and is no text: export it as UTF-8")


def _pieces(path: Path) -> Iterator[bytes]:
    """Whole lines that hold more than ASCII, as many as tell an encoding."""
    seen, rest = 0, b""
    with open_bytes(path) as handle:
        while seen < _TELLING and (chunk := handle.read(_CHUNK)):
            whole, end, rest_of_chunk = (rest + chunk).rpartition(b"\n")
            piece, rest = (whole + end, rest_of_chunk) if end else (rest + chunk, b"")
            if not piece.isascii():
                seen += len(piece)
                yield piece
    if rest and seen < _TELLING:
        yield rest


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open_bytes(path) as handle:
            while chunk := handle.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
