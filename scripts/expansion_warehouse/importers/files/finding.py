"""Which files of an export belong to a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import unquote

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.files.formats import KNOWN, format_of, split_ending
from expansion_warehouse.raw.listing import MARKERS, below, require_readable

_UNFINISHED = ("~$", ".", "_")
# Endings of data that would have to be unpacked or saved in another format first.
_OTHERS = frozenset(
    (
        *("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx", "xls", "xlsm", "xlsb"),
        *(
            "ods",
            "avro",
            "orc",
            "zip",
            "7z",
            "bz2",
            "zst",
            "xz",
            "tar",
            "tgz",
            "gz",
            "pq",
            "numbers",
        ),
    )
)


def find_files(place: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """The files of the first name that is there, in the order of their paths; () where none is.

    `place` is a folder or one file. A name stands without an ending, which then may be any that can
    be read, or with one; case does not count, `*` and `?` are patterns, `/` leads into folders. A
    name may also be that of a folder, whose files are then the parts of one table. Raises BadInput,
    naming them, where two files could be the table.
    """
    for name in names:
        found = _found(place, name)
        if found:
            return _checked(found, name)
    if place.is_file() and not format_of(place):
        raise BadInput(unreadable(place))
    for entry in _entries(place) if place.is_dir() else ():
        if any(_is_almost(name, entry) for name in names):
            raise BadInput(unreadable(entry))
    return ()


def _found(place: Path, name: str) -> list[Path]:
    """Files and folders that a name means."""
    if place.is_file():
        return [place] if _means(name.rpartition("/")[2], place) else []
    places = [place]
    *folders, last = name.split("/")
    for folder in folders:
        places = [
            entry
            for parent in places
            for entry in _entries(parent)
            if entry.is_dir() and fnmatchcase(_folded(entry.name), _pattern(folder))
        ]
    return [entry for parent in places for entry in _entries(parent) if _means(last, entry)]


def _entries(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except PermissionError:
        raise BadInput(f"{shown(folder)} may not be read: give its reader permission") from None
    return (entry for entry in entries if not entry.name.startswith(_UNFINISHED))


def _means(name: str, entry: Path) -> bool:
    """Whether a name is that of a file that can be read, or of a folder."""
    stem, ending = split_ending(name)
    own_stem, own_ending = split_ending(entry.name)
    if entry.is_dir():
        # Spark writes a folder orders.parquet; patterns mean files.
        return not _is_pattern(name) and _folded(name) in (_folded(entry.name), _folded(own_stem))
    if ending:
        return own_ending == ending and fnmatchcase(_folded(own_stem), _pattern(stem))
    return own_ending != "" and fnmatchcase(_folded(own_stem), _pattern(name))


def _is_almost(name: str, entry: Path) -> bool:
    """Whether an entry is what a name means, in a format that cannot be read."""
    stem, *endings = _folded(entry.name).split(".")
    return stem == _folded(name) and bool(endings) and set(endings) <= _OTHERS and entry.is_file()


def unreadable(entry: Path) -> str:
    """What to say of a file in another format."""
    return f"{shown(entry)} cannot be read by its ending: write {KNOWN}"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _pattern(name: str) -> str:
    return _folded(name).replace("[", "[[]")


def _is_pattern(name: str) -> bool:
    return "*" in name or "?" in name


def _checked(found: Sequence[Path], name: str) -> tuple[Path, ...]:
    """The files of a table. Raises BadInput where they are two tables, or no files to read."""
    if len(found) > 1 and not _is_pattern(name):
        raise BadInput(f"{_both(found)} could both be {name}: keep one, or name it with its ending")
    files = [file for entry in found for file in _files(entry)]
    endings = {split_ending(file.name)[1]: file for file in files}
    if len(endings) > 1:
        raise BadInput(
            f"{_both(list(endings.values()))} are parts of {name} in two formats: keep one"
        )
    seen: dict[tuple[int, int], Path] = {}
    for file in files:
        state = require_readable(file)
        twin = seen.setdefault((state.st_dev, state.st_ino), file)
        if twin != file:
            raise BadInput(f"{shown(file)} is {shown(twin)} under another name: keep one")
    return tuple(files)


def _both(entries: Sequence[Path]) -> str:
    return " and ".join(shown(entry) for entry in entries[:2])


def _files(entry: Path) -> list[Path]:
    if not entry.is_dir():
        return [entry]
    parts = [
        Path(part.path)
        for part in below(entry)
        if not MARKERS.fullmatch(part.name) and not part.name.startswith(_UNFINISHED)
    ]
    for part in parts:
        if not format_of(part):
            raise BadInput(unreadable(part))
    return parts


def partition_of(file: Path) -> dict[str, str | None]:
    """What the `name=value` folders right above a file say, from the outer to the inner one."""
    found: dict[str, str | None] = {}
    for folder in file.parents:
        name, sign, value = folder.name.partition("=")
        if not (name and sign):
            break
        found[name] = None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)
    return dict(reversed(found.items()))
