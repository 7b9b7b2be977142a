"""Published runs: list them, know the current one, switch to another, drop old ones."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.closings import CLOSED, read_closings
from expansion_warehouse.publish.history import (
    DROPPED,
    HISTORY,
    file_digest,
    read_history,
    record,
)

CURRENT = "current"
LATEST = "latest.json"
MANIFEST = "run.json"
# The hash of run.json, as `sha256sum -c` reads it.
MANIFEST_HASH = "run.json.sha256"
UNFINISHED = ".tmp-"

_STAMP = "%Y%m%dT%H%M%SZ"
_LINK = ".current-"
_NEW_LATEST = ".latest-"
# What run.json holds, as far as commands read it.
_SHAPE: Mapping[str, type | tuple[type, ...]] = {
    "headline": dict,
    "vars": dict,
    "seals": dict,
    "closings": dict,
    "row_counts": dict,
    "files": dict,
    "checks": list,
    "as_of_date": str,
}
# DuckDB's folder for what does not fit into memory, beside the file that a reader has open.
_NOT_OURS = ("marts.duckdb.tmp/",)


@dataclass(frozen=True)
class Run:
    """One published run; `damage` says what is wrong with its run.json, if anything."""

    run_id: str
    path: Path
    manifest: dict[str, Any]
    damage: str | None = None


def list_runs(published: Path) -> list[Run]:
    """Finished runs, newest first; those that are damaged are among them."""
    if not published.is_dir():
        return []
    folders = [
        path
        for path in published.iterdir()
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
        if (path / MANIFEST).exists() or _moment_of(path.name)
    ]
    return [_read_run(path) for path in sorted(folders, key=lambda path: path.name, reverse=True)]


def current_run(published: Path) -> Run | None:
    """The run that readers see, None before the first."""
    link = published / CURRENT
    if not link.is_symlink() and not link.exists():
        return None
    return _read_run(link.resolve())


def read_run(path: Path) -> Run:
    """The run of a folder, wherever it lies; see `Run` for what is damaged."""
    return _read_run(path)


def _read_run(path: Path) -> Run:
    """A run whose manifest somebody damaged still holds its marts: it stays visible."""
    manifest, wrong = read_manifest(path / MANIFEST)
    if wrong is None:
        return Run(path.name, path, manifest)
    damage = f"{shown(path / MANIFEST)} {wrong}: put it back from a backup, or delete {path.name}"
    return Run(path.name, path, {}, damage)


def read_manifest(file: Path) -> tuple[dict[str, Any], str | None]:
    """What run.json or seal.json says, and what is wrong with the file if it cannot be used."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, "is gone"
    except OSError as error:
        return {}, f"cannot be read ({(error.strerror or 'no reason').lower()})"
    except (ValueError, RecursionError):
        return {}, "is damaged"
    if not isinstance(content, dict):
        return {}, "is damaged"
    for name, kind in _SHAPE.items():
        if content.get(name) is not None and not isinstance(content[name], kind):
            return {}, f"is damaged (its {name} is not what a run has)"
    return content, None


def new_run_id(published: Path, now: datetime, input_digest: str) -> str:
    """A name that sorts after every published run, even where the clock went back."""
    moment = now.astimezone(UTC).replace(microsecond=0)
    names = [path.name for path in published.glob("[0-9]*")] if published.is_dir() else []
    newest = max((stamp for name in names if (stamp := _moment_of(name))), default=None)
    if newest and moment <= newest:
        moment = newest + timedelta(seconds=1)
    return f"{moment.strftime(_STAMP)}-{input_digest[:8]}"


def _moment_of(run_id: str) -> datetime | None:
    try:
        return datetime.strptime(run_id.split("-", maxsplit=1)[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def switch_current(published: Path, run_id: str) -> None:
    """Point readers at a run: `current` in one atomic step, then `latest.json` in another.

    Each of the two names one run at any moment; a reader uses one of them, never both.
    """
    link = published / f"{_LINK}{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(run_id, target_is_directory=True)
    link.replace(published / CURRENT)
    sync_folder(published)
    write_latest(published)


def write_latest(published: Path) -> None:
    """Say in `latest.json` what `current` points at, with the files of that run."""
    run = current_run(published)
    if run is None or run.damage or not run.path.is_dir():
        return
    names = sorted(published_files(run.path))
    content = {
        "run_id": run.run_id,
        "path": run.run_id,
        "as_of_date": run.manifest.get("as_of_date"),
        "marts": f"{run.run_id}/marts.duckdb",
        **{
            kind: {
                Path(name).stem: f"{run.run_id}/{name}"
                for name in names
                if name.startswith(f"{kind}/") and name.endswith(f".{kind}")
            }
            for kind in ("parquet", "csv")
        },
        "files": run.manifest.get("files") or {},
        "run_json": file_digest(run.path / MANIFEST),
        "history": read_history(published.parent / HISTORY).head,
        "closings": read_closings(published.parent / CLOSED).head,
    }
    new = published / f"{_NEW_LATEST}{os.getpid()}"
    with new.open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    new.replace(published / LATEST)
    sync_folder(published)


def published_files(folder: Path) -> dict[str, Path]:
    """Every file of a run but run.json and its hash, by its path inside the run."""
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    return {
        name: path
        for name, path in sorted(found.items())
        if name not in (MANIFEST, MANIFEST_HASH) and not name.startswith(_NOT_OURS)
    }


def damages_of(run: Run) -> list[str]:
    """What is not as run.json says, file by file; nothing for a run that says nothing of files."""
    if run.damage:
        return [run.damage]
    stated = run.manifest.get("files")
    if stated is None:
        return []
    remedy = "put it back from a backup, or build again"
    found = published_files(run.path)
    wrong = []
    beside = run.path / MANIFEST_HASH
    # Runs of an earlier version have none and say nothing of closings.
    if (beside.exists() or "closings" in run.manifest) and not _is_hashed(run.path):
        wrong.append(f"{shown(beside)} is not the hash of {MANIFEST}: {remedy}")
    for name, facts in sorted(stated.items()):
        place = shown(run.path / name)
        if name not in found or not found[name].is_file():
            wrong.append(f"{place} is gone: {remedy}")
        elif not isinstance(facts, dict) or file_digest(found[name]) != facts.get("sha256"):
            wrong.append(f"{place} is not the file that was published: {remedy}")
    wrong += [
        f"{shown(run.path / name)} was not published with the run: take it away"
        for name in sorted(set(found) - set(stated))
    ]
    return wrong


def hash_manifest(folder: Path) -> str:
    """What stands beside run.json, so that anybody can check it without a tool of ours."""
    return f"{file_digest(folder / MANIFEST)}  {MANIFEST}\n"


def _is_hashed(folder: Path) -> bool:
    file = folder / MANIFEST_HASH
    return file.is_file() and file.read_bytes() == hash_manifest(folder).encode()


def require_whole(run: Run) -> None:
    """Raise BadInput, with the first thing that is wrong, unless a run is as it was published."""
    wrong = damages_of(run)
    if wrong:
        raise BadInput(f"run {run.run_id} is damaged: {wrong[0]}")


def sync_folder(path: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def choose_rollback(published: Path, run_id: str | None) -> Run:
    """The run to go back to: the one named, else the newest whole one older than the current.

    Raises BadInput where there is none, or where the one named is damaged.
    """
    runs = list_runs(published)
    current = current_run(published)
    if run_id is None:
        if current is None:
            raise BadInput("nothing is published yet: run `warehouse build` first")
        older = [run for run in runs if run.run_id < current.run_id]
        whole = next((run for run in older if not damages_of(run)), None)
        if whole is not None:
            return whole
        if older:
            require_whole(older[0])
        raise BadInput(f"there is no run before {current.run_id}: `warehouse status` lists them")
    matching = [run for run in runs if run.run_id == run_id]
    if not matching:
        known = ", ".join(run.run_id for run in runs) or "none"
        raise BadInput(f"no published run {run_id!r} (published: {known})")
    require_whole(matching[0])
    return matching[0]


def drop_old_runs(published: Path, keep: int) -> list[str]:
    """Delete all but the newest `keep` whole runs, never the current one; the names of what went.

    A damaged run is neither counted nor deleted: somebody has to look at it. One that cannot be
    deleted stays; the next build tries again.
    """
    require_keep(keep)
    current = current_run(published)
    whole = [run for run in list_runs(published) if not run.damage]
    dropped = []
    for run in whole[keep:]:
        if (current is None or run.run_id != current.run_id) and _drop(published, run):
            dropped.append(run.run_id)
    if dropped:
        # The log has grown, and its end is known to latest.json alone.
        write_latest(published)
    return dropped


def require_keep(keep: int) -> None:
    """Raise BadInput where a number of runs to keep is none."""
    if keep < 1:
        raise BadInput(f"--keep must be 1 or more, not {keep}: the current run always stays")


def _drop(published: Path, run: Run) -> bool:
    # Renamed first: a deletion cut short must not leave half a run under a run's name.
    doomed = published / f"{UNFINISHED}{run.run_id}"
    try:
        record(published.parent / HISTORY, [{"event": DROPPED, "run_id": run.run_id}])
        run.path.rename(doomed)
    except OSError:
        return False
    shutil.rmtree(doomed, ignore_errors=True)
    return True


def sweep_unfinished(published: Path) -> None:
    """Remove what an interrupted publish left behind. Call it only while holding the lock."""
    if not published.is_dir():
        return
    for path in published.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path)
    for name in (_LINK, _NEW_LATEST):
        for path in published.glob(f"{name}*"):
            path.unlink()
    # An interrupt between the two steps of a switch leaves the file one run behind.
    current = current_run(published)
    latest, _ = read_manifest(published / LATEST)
    if current is not None and latest.get("run_id") != current.run_id:
        write_latest(published)
