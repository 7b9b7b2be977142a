"""Files of an export that no source reads, whatever folder they lie in."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from expansion_warehouse.importers.losses import KEYS, Loss
from expansion_warehouse.importers.opening import Export
from expansion_warehouse.printable import printable_line

_SAID = 5
# What programs write beside their data, and what is not finished.
_HIDDEN = tuple("._~")


def unread_files(place: Path, export: Export) -> list[Loss]:
    """One loss for all files below the export folder that no source reads, by name."""
    if place.is_file():
        return []
    read = {path.resolve() for paths in export.files.values() for path in paths}
    others = [path.relative_to(place).as_posix() for path in _others(place, read)]
    if not others:
        return []
    many = "1 file" if len(others) == 1 else f"{len(others):,} files"
    said = ", ".join(printable_line(name) for name in others[:_SAID])
    more = f" and {len(others) - _SAID:,} more" if len(others) > _SAID else ""
    why = f"{many} that this importer does not read: {said}{more}"
    return [Loss("file", "the export", why, keys=tuple(others[:KEYS]))]


def _others(folder: Path, read: Container[Path]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except PermissionError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith(_HIDDEN) or entry.resolve() in read:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _others(entry, read)
        elif not entry.is_dir() or not _holds_read(entry, read):
            yield entry


def _holds_read(link: Path, read: Container[Path]) -> bool:
    """Whether a linked folder, which is not walked through, holds a file that is read."""
    return any(path.resolve() in read for path in link.glob("*"))
