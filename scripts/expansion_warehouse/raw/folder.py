"""The raw folder before anything is built: which files are there, what they hold, their state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.printable import printable_line
from expansion_warehouse.raw.contract import RawTable
from expansion_warehouse.raw.hashes import InputFile, hash_files, stamp_of
from expansion_warehouse.raw.headers import unknown_columns
from expansion_warehouse.raw.listing import (
    RECORD,
    SETTINGS,
    Listing,
    Unread,
    list_raw_folder,
    require_readable,
)

_MAKE_SAMPLE = "make a sample company with `warehouse sample`, or give --raw"


@dataclass(frozen=True)
class RawFolder:
    """The contract's tables as found: their files, and columns that the contract does not know.

    `stamps` are the states of all inputs when they were found; `not_read` is what else lies there.
    """

    path: Path
    files: dict[str, tuple[Path, ...]]
    unknown_columns: dict[str, tuple[str, ...]]
    not_read: tuple[Unread, ...] = ()
    stamps: dict[Path, str] = field(default_factory=dict)

    @property
    def absent(self) -> tuple[str, ...]:
        """Tables without a file."""
        return tuple(name for name, files in self.files.items() if not files)


def inspect_raw_folder(path: Path, contract: Iterable[RawTable]) -> RawFolder:
    """Find the files of every table and compare their columns with the contract.

    Raises BadInput, naming file and column, for what must stop a run before anything is built.
    """
    if not path.is_dir():
        raise BadInput(f"no raw folder {shown(path)}: {_MAKE_SAMPLE}")
    tables = tuple(contract)
    try:
        found, stamps = _listed(path, tables)
    except OSError as error:
        named = shown(Path(error.filename)) if error.filename else shown(path)
        raise BadInput(f"{named} cannot be read: {error.strerror}") from None
    _refuse_unfinished(path)
    _require_tables(path, tables, found)
    _refuse_partitions_above(path, tables, found)
    unknown = {
        table.name: unknown_columns(table, found.tables[table.name])
        for table in tables
        if found.tables[table.name]
    }
    return RawFolder(
        path=path,
        files=found.tables,
        unknown_columns={name: extra for name, extra in unknown.items() if extra},
        not_read=found.not_read,
        stamps=stamps,
    )


def _listed(path: Path, tables: Sequence[RawTable]) -> tuple[Listing, dict[Path, str]]:
    found = list_raw_folder(path, [table.name for table in tables])
    inputs = [file for files in found.tables.values() for file in files]
    stamps = {file: stamp_of(require_readable(file)) for file in inputs}
    settings = path / SETTINGS
    if settings.is_file():
        stamps[settings] = stamp_of(settings.stat())
    return found, stamps


def _refuse_unfinished(path: Path) -> None:
    """An import that was stopped while it moved its files has left old ones beside new ones."""
    try:
        content = json.loads((path / RECORD).read_text(encoding="utf-8"))
        unfinished = list(content["unfinished"])
    except (OSError, ValueError, TypeError, KeyError):
        return
    if unfinished:
        raise BadInput(
            f"{shown(path)}: the import {unfinished[0]} was stopped halfway: run it again first"
        )


def _require_tables(path: Path, tables: Sequence[RawTable], found: Listing) -> None:
    if not any(found.tables.values()):
        raise BadInput(f"no table of the contract in {shown(path)}: {_MAKE_SAMPLE}")
    for table in tables:
        if table.required and not found.tables[table.name]:
            raise BadInput(
                f"required table {table.name} is missing from {shown(path)} "
                f"(expected {table.name}.parquet, {table.name}.csv or {table.name}/)"
            )


def _refuse_partitions_above(path: Path, tables: Sequence[RawTable], found: Listing) -> None:
    """The reader takes every `name=value` folder of a path for a column, also above the raw one."""
    above = {part.partition("=")[0].lower() for part in path.parts if "=" in part}
    for table in tables:
        parts = [file.relative_to(path) for file in found.tables[table.name]]
        if any("=" in part for file in parts for part in file.parts[:-1]):
            for name in sorted(above & {column.name for column in table.columns}):
                raise BadInput(
                    f"{shown(path)}: a folder {name}=… above the raw folder would fill column "
                    f"{name} of {table.name}: name it otherwise"
                )


def hash_inputs(folder: RawFolder, cache: Path) -> list[InputFile]:
    """Every input of a run with its hash, sorted by path.

    `cache` keeps hashes, so that a daily run reads only new files. Raises BadInput where a file has
    changed since the folder was inspected.
    """
    return hash_files(folder.path, folder.stamps, cache, folder.stamps)


def require_unchanged(
    folder: RawFolder, contract: Iterable[RawTable], inputs: Sequence[InputFile], cache: Path
) -> None:
    """Make sure that the folder still is what was inspected, hashed and read.

    Raises CheckFailed with the first file that has changed, come or gone: what was checked might
    then not be what was built.
    """
    try:
        _, stamps = _listed(folder.path, tuple(contract))
        found = {file.path: file for file in hash_files(folder.path, stamps, cache)}
    except (BadInput, OSError) as error:
        raise CheckFailed(f"{printable_line(error)}; {_CHANGED}") from None
    before = {file.path: file for file in inputs}
    old = {file.relative_to(folder.path).as_posix(): file for file in folder.stamps}
    for name in sorted(before.keys() | found.keys()):
        place = shown(folder.path / name)
        if name not in found:
            raise CheckFailed(f"{place} was removed; {_CHANGED}")
        if name not in before:
            raise CheckFailed(f"{place} was added; {_CHANGED}")
        # The same content may have been another one in between.
        if found[name] != before[name] or stamps[old[name]] != folder.stamps[old[name]]:
            raise CheckFailed(f"{place} was written; {_CHANGED}")


_CHANGED = (
    "the raw folder changed while it was built from, nothing published: "
    "build again when the extract is whole"
)
