"""The raw folder of an import: what may be written there, and the exchange of its files.

An import writes `<table>/<name>.parquet` and touches nothing else. Its files are made beside the
folder and moved in one by one, between two versions of import.json: the first says that the import
is under way and which files it owns, the last that it is done. Any error puts everything back; after
a crash the record names the import that has to run again.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.record import RECORD, SETTINGS, Record, digest, read_record
from expansion_warehouse.importers.system import checked_settings

_FORMS = (".csv", ".parquet")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", flags=re.ASCII)


def checked_name(name: str) -> str:
    """The name of an import. Raises BadInput for one that would make a poor file name."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"an import cannot be called {name!r}: use letters, digits, - and _")
    return name


def refuse_target(raw: Path, name: str, system: str, tables: Iterable[str]) -> None:
    """BadInput unless an import may write these tables without touching anybody else's."""
    if raw.exists() and not raw.is_dir():
        raise BadInput(f"{shown(raw)} is a file, not a folder")
    if raw.is_dir():
        _refuse(raw, read_record(raw), name, system, tables)


def _refuse(raw: Path, record: Record, name: str, system: str, tables: Iterable[str]) -> None:
    if record.former is not None and record.former != system:
        raise BadInput(
            f"{shown(raw)} holds what an earlier version imported from {record.former}: "
            f"import {record.former} again first, or name another folder"
        )
    if record.unfinished not in (None, name):
        raise BadInput(
            f"{shown(raw)}: the import {record.unfinished} was stopped halfway: run it again first"
        )
    owner = record.imports.get(name)
    if owner is not None and owner["system"] != system:
        raise BadInput(
            f"the import {name} of {shown(raw)} is of {owner['system']}, not {system}: "
            "name this one with --as"
        )
    for table in tables:
        for form in _FORMS:
            by_hand = raw / f"{table}{form}"
            if by_hand.is_file() and by_hand.name not in record.former_files:
                raise BadInput(
                    f"{shown(by_hand)} was made by hand and {name} fills {table} too: move it to a "
                    f"folder of its own and import it from there (`warehouse import own`)"
                )
        file = f"{table}/{name}.parquet"
        if (raw / file).exists() and record.owner_of(file) != name:
            raise BadInput(f"{shown(raw / file)} was written by no import: name this one with --as")


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


def exchange(
    raw: Path,
    scratch: Path,
    name: str,
    entry: Mapping[str, Any],
    made: Mapping[str, Path],
    settings: str | None,
) -> None:
    """Replace the files of an import by those that were made, keyed by their paths within `raw`.

    `settings` is the text of settings.yml, None to leave it alone.
    """
    record = read_record(raw)
    old = [*record.files_of(name), *record.former_files]
    if record.former_files:
        old.append(SETTINGS)
    begun = {**entry, "files": sorted({*record.files_of(name), *made})}
    kept = scratch / "kept"
    new = dict(made)
    if settings is not None:
        new[SETTINGS] = scratch / SETTINGS
        new[SETTINGS].write_text(settings, encoding="utf-8", newline="\n")
    steps = _Steps(raw, kept)
    try:
        steps.put(RECORD, _written(scratch, _with(record, name, begun, name)))
        for file in old:
            if file not in new:
                steps.take(file)
        for file, path in new.items():
            steps.put(file, path)
        done = _with(record, name, {**entry, "files": sorted(made)}, None)
        if settings is not None:
            done.settings = digest(raw / SETTINGS)
        steps.put(RECORD, _written(scratch, done))
    except BaseException:
        steps.undo()
        raise
    for file in old:
        _remove_empty(raw / Path(file).parent, raw)


def _with(record: Record, name: str, entry: Mapping[str, Any], unfinished: str | None) -> Record:
    return Record({**record.imports, name: dict(entry)}, unfinished, record.settings)


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


def settings_text(raw: Path, name: str, settings: Mapping[str, Any], titles: str) -> str | None:
    """What settings.yml has to say after an import; None where it is a person's, or says nothing.

    What several imports state is joined, the first one's word first.
    """
    record = read_record(raw)
    path = raw / SETTINGS
    if path.is_file() and record.former is None and digest(path) != record.settings:
        return None
    stated: dict[str, Any] = {}
    told = {key: entry.get("settings", {}) for key, entry in record.imports.items()}
    told[name] = dict(settings)
    for entry in told.values():
        stated = {**entry, **stated}
    if not stated and not path.is_file():
        return None
    typed = checked_settings(stated, SETTINGS)
    head = (
        "# Written by `warehouse import`: the next import replaces this file, unless you change it.",
        f"# The data: {titles}.",
        yaml.safe_dump(typed, sort_keys=False, allow_unicode=True) if typed else "",
    )
    return "\n".join(head)
