"""The raw folder before anything is built: which files are there, what they hold, their hashes."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb

from expansion_warehouse.engine.messages import columns, reason
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.contract import RawTable
from expansion_warehouse.settings import SETTINGS_FILE

_MAKE_SAMPLE = "make a sample company with `warehouse sample`, or give --raw"


@dataclass(frozen=True)
class InputFile:
    """One file that a run read; `path` is relative to the raw folder, `bytes` its size."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class RawFolder:
    """The contract's tables as found: their files, and columns that the contract does not know."""

    path: Path
    files: dict[str, tuple[Path, ...]]
    unknown_columns: dict[str, tuple[str, ...]]

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
    files = {table.name: _files_of(path, table.name) for table in tables}
    if not any(files.values()):
        raise BadInput(f"no table of the contract in {shown(path)}: {_MAKE_SAMPLE}")
    for table in tables:
        if table.required and not files[table.name]:
            raise BadInput(
                f"required table {table.name} is missing from {shown(path)} "
                f"(expected {table.name}.parquet, {table.name}.csv or {table.name}/)"
            )
    unknown = {
        table.name: _compare_columns(table, files[table.name])
        for table in tables
        if files[table.name]
    }
    return RawFolder(path, files, {name: extra for name, extra in unknown.items() if extra})


def _files_of(path: Path, table: str) -> tuple[Path, ...]:
    single = [file for file in (path / f"{table}.parquet", path / f"{table}.csv") if file.is_file()]
    parts = sorted((path / table).rglob("*.parquet")) if (path / table).is_dir() else []
    forms = [shown(file) for file in single] + ([shown(path / table) + "/"] if parts else [])
    if len(forms) > 1:
        raise BadInput(f"table {table} is there twice, {' and '.join(forms)}: keep one")
    return tuple(single or parts)


def _compare_columns(table: RawTable, files: tuple[Path, ...]) -> tuple[str, ...]:
    """Columns of the files that the contract does not know; a missing required one is an error."""
    found = {name.strip().lower() for name in _columns_of(files)}
    known = {column.name for column in table.columns}
    unknown = tuple(sorted(found - known - _partition_keys(files)))
    for column in table.columns:
        if column.required and column.name not in found:
            close = get_close_matches(column.name, unknown, n=1)
            hint = f"did you mean {close[0]}?" if close else f"found: {', '.join(sorted(found))}"
            raise BadInput(f"{_label(files)}: required column {column.name} is missing ({hint})")
    return unknown


def _columns_of(files: tuple[Path, ...]) -> list[str]:
    if files[0].stat().st_size == 0:
        raise BadInput(f"{shown(files[0])} is empty")
    names = [str(file) for file in files]
    reader = (
        "read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', "
        "skip = 0)"
        if files[0].suffix == ".csv"
        else "read_parquet(?, union_by_name = true, hive_partitioning = true)"
    )
    try:
        with duckdb.connect() as con:
            rows = con.execute(f"describe select * from {reader}", [names]).fetchall()
    except duckdb.Error as error:
        problem = _odd_line(files[0]) or reason(error)
        raise BadInput(f"{_label(files)} cannot be read: {problem}") from None
    return [str(row[0]) for row in rows]


def _partition_keys(files: tuple[Path, ...]) -> set[str]:
    """Names in `name=value` folders: how the files are laid out, not what they say."""
    return {part.split("=")[0].lower() for part in files[0].parts if "=" in part}


def _label(files: tuple[Path, ...]) -> str:
    return shown(files[0]) if len(files) == 1 else shown(files[0].parents[0]) + "/"


def _odd_line(file: Path) -> str | None:
    """The first line of a CSV file with another number of columns than its header, in words."""
    if file.suffix != ".csv":
        return None
    with file.open(encoding="utf-8", errors="replace", newline="") as handle:
        rows = csv.reader(handle)
        header = next(rows, [])
        for row in rows:
            if row and len(row) != len(header):
                return f"line {rows.line_num} has {columns(len(row))}, not {len(header)}"
    return None


def hash_inputs(folder: RawFolder, cache: Path) -> list[InputFile]:
    """Every input of a run with its hash, sorted by path.

    `cache` keeps hashes by size and modification time, so that a daily run hashes only new files.
    """
    known = _read_cache(cache)
    files = [file for files in folder.files.values() for file in files]
    settings = folder.path / SETTINGS_FILE
    if settings.is_file():
        files.append(settings)
    seen: dict[str, dict[str, object]] = {}
    inputs = []
    for file in sorted(files):
        stat = file.stat()
        stamp = f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ino}"
        entry = known.get(str(file))
        if entry and entry.get("stamp") == stamp:
            digest = str(entry["sha256"])
        else:
            with file.open("rb") as handle:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
        seen[str(file)] = {"stamp": stamp, "sha256": digest}
        inputs.append(InputFile(file.relative_to(folder.path).as_posix(), stat.st_size, digest))
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps(seen), encoding="utf-8")
    return inputs


def _read_cache(cache: Path) -> dict[str, dict[str, object]]:
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def digest_of(inputs: Iterable[InputFile]) -> str:
    """One hash over all inputs; equal exactly when every file is equal."""
    text = json.dumps([asdict(file) for file in inputs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
