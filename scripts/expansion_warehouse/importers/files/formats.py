"""File endings, and the formats that they mean."""

from __future__ import annotations

from pathlib import Path

DELIMITED, JSON, PARQUET, SHEET = "delimited", "json", "parquet", "sheet"

_FORMATS = {
    ".csv": DELIMITED,
    ".tsv": DELIMITED,
    ".tab": DELIMITED,
    ".txt": DELIMITED,
    ".json": JSON,
    ".jsonl": JSON,
    ".ndjson": JSON,
    ".parquet": PARQUET,
    ".xlsx": SHEET,
}
_PACKED = ".gz"
_TEXTS = (DELIMITED, JSON)
ENDINGS = (
    *_FORMATS,
    *(ending + _PACKED for ending, form in _FORMATS.items() if form in _TEXTS),
)
KNOWN = "csv, tsv, txt, json, jsonl, ndjson (also .gz), parquet, xlsx"


def split_ending(name: str) -> tuple[str, str]:
    """A file name as its stem and its ending in lower case; the ending is '' if it is unknown."""
    lower = name.lower()
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if lower.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], ending
    return name, ""


def format_of(path: Path) -> str:
    """The format of a file by its ending, '' where it has none that can be read."""
    ending = split_ending(path.name)[1]
    return _FORMATS.get(ending.removesuffix(_PACKED), "")


def is_packed(path: Path) -> bool:
    """Whether a file is compressed with gzip."""
    return path.name.lower().endswith(_PACKED)
