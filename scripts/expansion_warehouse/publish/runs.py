"""Published runs: list them, know the current one, switch to another, drop old ones."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from expansion_warehouse.errors import BadInput

CURRENT = "current"
MANIFEST = "run.json"
UNFINISHED = ".tmp-"

_STAMP = "%Y%m%dT%H%M%SZ"
_LINK = ".current-"


@dataclass(frozen=True)
class Run:
    """One published run."""

    run_id: str
    path: Path
    manifest: dict[str, Any]


def list_runs(published: Path) -> list[Run]:
    """Finished runs, newest first."""
    if not published.is_dir():
        return []
    folders = [
        path
        for path in published.iterdir()
        if not path.is_symlink() and not path.name.startswith(".") and (path / MANIFEST).is_file()
    ]
    return [_read_run(path) for path in sorted(folders, key=lambda path: path.name, reverse=True)]


def current_run(published: Path) -> Run | None:
    """The run that readers see, None before the first."""
    link = published / CURRENT
    if not (link / MANIFEST).is_file():
        return None
    return _read_run(link.resolve())


def _read_run(path: Path) -> Run:
    # A run whose manifest somebody damaged still holds its marts: it stays visible, without facts.
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except ValueError:
        manifest = {}
    return Run(path.name, path, manifest)


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
    """Point `current` at a run in one atomic step: a reader sees the old run or the new one."""
    link = published / f"{_LINK}{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(run_id, target_is_directory=True)
    link.replace(published / CURRENT)
    sync_folder(published)


def sync_folder(path: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def choose_rollback(published: Path, run_id: str | None) -> Run:
    """The run to go back to: the one named, else the newest one older than the current.

    Raises BadInput where there is none.
    """
    runs = list_runs(published)
    current = current_run(published)
    if run_id is None:
        if current is None:
            raise BadInput("nothing is published yet: run `warehouse build` first")
        older = [run for run in runs if run.run_id < current.run_id]
        if not older:
            raise BadInput(f"there is no run before {current.run_id}")
        return older[0]
    matching = [run for run in runs if run.run_id == run_id]
    if not matching:
        known = ", ".join(run.run_id for run in runs) or "none"
        raise BadInput(f"no published run {run_id!r} (published: {known})")
    return matching[0]


def drop_old_runs(published: Path, keep: int) -> list[str]:
    """Delete all but the newest `keep` runs, never the current one; the names of what went."""
    current = current_run(published)
    dropped = []
    for run in list_runs(published)[keep:]:
        if current is None or run.run_id != current.run_id:
            # Renamed first: a deletion cut short must not leave half a run under a run's name.
            doomed = published / f"{UNFINISHED}{run.run_id}"
            run.path.rename(doomed)
            shutil.rmtree(doomed)
            dropped.append(run.run_id)
    return dropped


def sweep_unfinished(published: Path) -> None:
    """Remove what an interrupted publish left behind. Call it only while holding the lock."""
    if not published.is_dir():
        return
    for path in published.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path)
    for link in published.glob(f"{_LINK}*"):
        link.unlink()
