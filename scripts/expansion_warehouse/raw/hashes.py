"""Hashes of what a run reads, and whether it stayed what it was.

A hash is kept from run to run only where the file system proves that the file is the same one: its
change counter (ctime), which no program can set, with size, time and inode. A file that changed
within the last two seconds proves nothing yet: some file systems count no finer.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput

CACHE = "input_hashes.json"
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class InputFile:
    """One file that a run read; `path` is relative to the raw folder, `bytes` its size."""

    path: str
    bytes: int
    sha256: str


def stamp_of(status: os.stat_result) -> str:
    """What the file system says of a file; another content has another stamp."""
    return ":".join(
        str(part)
        for part in (
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )
    )


def hash_files(
    folder: Path, files: Iterable[Path], cache: Path, stamps: Mapping[Path, str] | None = None
) -> list[InputFile]:
    """Every file with its hash, sorted by path.

    `stamps` are those of a moment before. Raises BadInput where a file is not what it was then, or
    changes while it is read.
    """
    known = _read_cache(cache)
    inputs = []
    for file in sorted(files):
        entry, found = _hash_file(folder, file, known.get(str(file)))
        if stamps is not None and stamps.get(file) != entry["stamp"]:
            raise BadInput(f"{shown(file)} changed while it was read: build again when it is whole")
        known[str(file)] = entry
        inputs.append(found)
    _write_cache(cache, known)
    return inputs


def _hash_file(
    folder: Path, file: Path, kept: Mapping[str, object] | None
) -> tuple[dict[str, object], InputFile]:
    try:
        with file.open("rb") as handle:
            before = os.fstat(handle.fileno())
            stamp = stamp_of(before)
            if kept and kept.get("stamp") == stamp and kept.get("is_proof"):
                digest = str(kept["sha256"])
            else:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
            # By its path: another file may have taken its place.
            is_same = stamp_of(file.stat()) == stamp
    except OSError as error:
        raise BadInput(f"{shown(file)} cannot be read: {error.strerror}") from None
    if not is_same:
        raise BadInput(f"{shown(file)} changed while it was read: build again when it is whole")
    age = time.time_ns() - max(before.st_ctime_ns, before.st_mtime_ns)
    entry = {"stamp": stamp, "sha256": digest, "is_proof": age > _SETTLED_NS}
    relative = file.relative_to(folder).as_posix()
    return entry, InputFile(relative, before.st_size, digest)


def _read_cache(cache: Path) -> dict[str, dict[str, object]]:
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: entry for name, entry in content.items() if isinstance(entry, dict)}


def _write_cache(cache: Path, known: Mapping[str, dict[str, object]]) -> None:
    """Keep the hashes; where the disk refuses them, the files are read again next time."""
    kept = {name: entry for name, entry in known.items() if Path(name).exists()}
    unfinished = cache.with_name(f".{cache.name}.{os.getpid()}")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.replace(cache)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def digest_of(inputs: Iterable[InputFile]) -> str:
    """One hash over all inputs; equal exactly when every file is equal."""
    text = json.dumps([asdict(file) for file in inputs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
