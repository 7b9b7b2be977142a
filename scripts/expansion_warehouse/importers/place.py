"""The raw folder of an import: what may be written there, and the exchange of its files.

An import writes `<table>/<name>.parquet` and touches nothing else. Its files are made beside the
folder and moved in one by one, between two versions of import.json: the first says that the import
is under way and which files it owns, the last that it is done. Any error puts everything back;
after a crash the record names the import that has to run again.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.record import Record, digest, read_record
from expansion_warehouse.importers.system import checked_settings
from expansion_warehouse.raw.listing import RECORD, SETTINGS

_FORMS = (".csv", ".parquet")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", flags=re.ASCII)


def checked_name(name: str) -> str:
    """The name of an import. Raises BadInput for one that would make a poor file name."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"an import cannot be called {name!r}: use letters, digits, - and _")
    return name


def refuse_target(raw: Path, imports: Mapping[str, str]) -> None:
    """BadInput unless imports (their systems by name) may write to a raw folder."""
    if raw.exists() and not raw.is_dir():
        raise BadInput(f"{shown(raw)} is a file, not a folder")
    if not raw.is_dir():
        return
    record = read_record(raw)
    if record.former is not None and record.former not in imports.values():
        raise BadInput(
            f"{shown(raw)} holds what an earlier version imported from {record.former}: "
            f"import {record.former} again first, or name another folder"
        )
    others = [other for other in record.unfinished if other not in imports]
    if others:
        raise BadInput(
            f"{shown(raw)}: the import {others[0]} was stopped halfway: run it again first"
        )
    for name, system in imports.items():
        owner = record.imports.get(name)
        if owner is not None and owner["system"] != system:
            raise BadInput(
                f"the import {name} of {shown(raw)} is of {owner['system']}, not {system}: "
                "name this one with --as"
            )


def refuse_files(raw: Path, parts: Iterable[Part]) -> None:
    """BadInput where a file of somebody else is in the way of those that were made."""
    record = read_record(raw)
    owned = {
        *record.former_files,
        *(file for name in record.imports for file in record.files_of(name)),
    }
    for part in parts:
        for file in part.made:
            table = file.partition("/")[0]
            for by_hand in _files_of(raw, table):
                name = by_hand.relative_to(raw).as_posix()
                if name != file and name not in owned:
                    raise BadInput(
                        f"{shown(by_hand)} was made by hand and {part.name} fills {table} too: "
                        "move it to a folder of its own and import that (`warehouse import own`)"
                    )
            if (raw / file).exists() and record.owner_of(file) != part.name:
                raise BadInput(
                    f"{shown(raw / file)} was written by no import: name this one with --as"
                )


def _files_of(raw: Path, table: str) -> list[Path]:
    """Files of a raw folder that are a table, or a part of one."""
    files = [raw / f"{table}{form}" for form in _FORMS if (raw / f"{table}{form}").is_file()]
    parts = (raw / table).rglob("*.parquet")
    return files + sorted(part for part in parts if part.name[0] not in "._")


@contextmanager
def beside(raw: Path) -> Iterator[Path]:
    """A folder beside the raw folder for what is not finished; nothing is left of it."""
    made = _make_parents(raw.parent)
    try:
        with tempfile.TemporaryDirectory(dir=raw.parent, prefix=f".{raw.name}-") as scratch:
            yield Path(scratch)
    except BaseException:
        for folder in made:
            # Whatever came meanwhile is somebody's.
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder and those above it; the new ones, innermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


@contextmanager
def only_import(raw: Path) -> Iterator[None]:
    """Hold the raw folder against other imports; the kernel frees it however the process ends."""
    is_new = not raw.exists()
    raw.mkdir(exist_ok=True)
    handle = os.open(raw, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(
                f"another import is writing to {shown(raw)}: wait for it to end"
            ) from None
        yield
    except BaseException:
        if is_new and raw.is_dir() and not any(raw.iterdir()):
            raw.rmdir()
        raise
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Part:
    """What an import adds to a raw folder: its entry in import.json, and its files.

    The files are keyed by their paths within the raw folder.
    """

    name: str
    entry: Mapping[str, Any]
    made: Mapping[str, Path]


@dataclass(frozen=True)
class NewSettings:
    """The text of settings.yml, and what of it is the company's own word."""

    text: str | None
    company: Mapping[str, Any] | None = None


def exchange(raw: Path, scratch: Path, parts: Sequence[Part], settings: NewSettings) -> None:
    """Replace the files of imports by those that were made; the order of parts is their rank."""
    record = read_record(raw)
    old = [*record.former_files, *(file for part in parts for file in record.files_of(part.name))]
    if record.former_files:
        old.append(SETTINGS)
    new = {file: path for part in parts for file, path in part.made.items()}
    if settings.text is not None:
        new[SETTINGS] = scratch / SETTINGS
        new[SETTINGS].write_text(settings.text, encoding="utf-8", newline="\n")
    begun = {
        part.name: {**part.entry, "files": sorted({*record.files_of(part.name), *part.made})}
        for part in parts
    }
    done = {part.name: {**part.entry, "files": sorted(part.made)} for part in parts}
    company = record.company if settings.company is None else dict(settings.company)
    steps = _Steps(raw, scratch / "kept")
    try:
        under_way = Record(_joined(record, begun), list(begun), record.settings, company)
        steps.put(RECORD, _written(scratch, under_way))
        for file in old:
            if file not in new:
                steps.take(file)
        for file, path in new.items():
            steps.put(file, path)
        hashed = record.settings if settings.text is None else digest(raw / SETTINGS)
        steps.put(RECORD, _written(scratch, Record(_joined(record, done), [], hashed, company)))
    except BaseException:
        steps.undo()
        raise
    for file in old:
        _remove_empty(raw / Path(file).parent, raw)


def _joined(record: Record, entries: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The imports of a record with new entries; several of them say their order."""
    if len(entries) > 1:
        return {**entries, **{k: v for k, v in record.imports.items() if k not in entries}}
    return {**record.imports, **entries}


def _written(scratch: Path, record: Record) -> Path:
    path = scratch / RECORD
    path.write_text(record.text(), encoding="utf-8", newline="\n")
    return path


def _remove_empty(folder: Path, raw: Path) -> None:
    if folder != raw and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


class _Steps:
    """Moves of files into and out of a folder, which can be taken back."""

    def __init__(self, folder: Path, kept: Path) -> None:
        self._folder = folder
        self._kept = kept
        self._done: list[tuple[str, Path | None]] = []
        self._made: list[Path] = []

    def take(self, file: str) -> None:
        """Move a file out, if it is there."""
        path = self._folder / file
        if not path.exists():
            return
        kept = self._keep(path, file)
        self._done.append((file, kept))
        path.unlink()

    def put(self, file: str, new: Path) -> None:
        """Move a file to its place; readers see the old one or the new one."""
        path = self._folder / file
        if not path.parent.exists():
            path.parent.mkdir()
            self._made.append(path.parent)
        kept = self._keep(path, file) if path.exists() else None
        self._done.append((file, kept))
        new.replace(path)

    def _keep(self, path: Path, file: str) -> Path:
        kept = self._kept / f"{len(self._done)}-{file.replace('/', '-')}"
        kept.parent.mkdir(exist_ok=True)
        shutil.copy2(path, kept)
        return kept

    def undo(self) -> None:
        """Put everything back, the last step first."""
        for file, kept in reversed(self._done):
            path = self._folder / file
            if kept is not None:
                kept.replace(path)
            else:
                path.unlink(missing_ok=True)
        for folder in reversed(self._made):
            if not any(folder.iterdir()):
                folder.rmdir()


def settings_of(
    raw: Path, stated: Mapping[str, Mapping[str, Any]], company: Mapping[str, Any] | None = None
) -> NewSettings:
    """settings.yml after imports that state something each; `company` is what company.yml states.

    The company's word comes first, then the imports' in their order. A file that a person wrote or
    changed stays; BadInput where company.yml states settings beside it.
    """
    record = read_record(raw)
    path = raw / SETTINGS
    if path.is_file() and record.former is None and digest(path) != record.settings:
        if company:
            raise BadInput(
                f"{shown(path)} was written by hand, and company.yml states settings too: "
                "move its lines there and remove it"
            )
        return NewSettings(None, company)
    told: dict[str, Any] = dict(record.company if company is None else company)
    imports = {name: entry.get("settings", {}) for name, entry in record.imports.items()}
    for settings in {**imports, **stated}.values():
        told = {**settings, **told}
    if not told and not path.is_file():
        return NewSettings(None, company)
    typed = checked_settings(told, SETTINGS)
    head = "# Written by `warehouse import`; it stays as it is once you have changed it."
    lines = yaml.safe_dump(typed, sort_keys=False, allow_unicode=True) if typed else ""
    return NewSettings(f"{head}\n{lines}", company)
