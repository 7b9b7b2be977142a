"""Whether runs, seals and both logs are what was made here: what `warehouse verify` finds.

Three records name each thing from outside of it. A run names the run and the log before it and the
seals that it was built with; a seal names the seal before it; the log of the home names them all,
and `latest.json` where the log stands. Whoever changes a thing consistently has not changed those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.closings import (
    SEAL,
    Closings,
    begin_log,
    closings_not_recorded,
    finish_log,
    read_closings,
    require_closings,
)
from expansion_warehouse.publish.history import (
    HISTORY,
    PUBLISHED,
    SEALED,
    History,
    file_digest,
    read_history,
    record,
)
from expansion_warehouse.publish.runs import (
    LATEST,
    MANIFEST,
    Run,
    current_run,
    damages_of,
    list_runs,
    read_manifest,
)
from expansion_warehouse.publish.seals import (
    UNFINISHED,
    Seal,
    files_not_sealed,
    list_seals,
    seals_not_kept,
    seals_not_recorded,
    seals_not_used,
    set_aside,
)


@dataclass(frozen=True)
class Verdict:
    """What was looked at, what is not as it was made, and what could not be compared."""

    runs: tuple[str, ...]
    seals: tuple[str, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]


def verify_home(published: Path, closed: Path, run_id: str | None, every: bool) -> Verdict:
    """Compare the current run (or the one named, or `every` one) and all seals with every record.

    Raises BadInput where there is no such run.
    """
    history = read_history(published.parent / HISTORY)
    runs = list_runs(published)
    chosen = _chosen(runs, current_run(published), run_id, every)
    seals, findings = _readable(closed)
    for run in chosen:
        findings += damages_of(run)
    for seal in seals:
        findings += files_not_sealed(seal)
    # Every run is a witness, whichever of them are looked at.
    for run in runs:
        used = run.manifest.get("seals") or {}
        findings += seals_not_used(seals, used, run.run_id, history.reopened)
    closings = read_closings(closed)
    findings += seals_not_recorded(seals, history.seals)
    findings += closings_not_recorded(closings, history)
    findings += seals_not_kept(closed, closings)
    findings += _runs_not_recorded(runs, history)
    findings += _log_not_as_known(runs, seals, history)
    findings += _closings_not_as_known(published, runs, closings)
    findings += _pointers(published, runs, history)
    return Verdict(
        tuple(run.run_id for run in chosen),
        tuple(seal.month for seal in seals),
        tuple(dict.fromkeys(findings)),
        tuple(_notes(chosen, seals, history, closings)),
    )


def _chosen(runs: list[Run], current: Run | None, run_id: str | None, every: bool) -> list[Run]:
    if every:
        return runs
    if run_id is None:
        return [current] if current else []
    found = [run for run in runs if run.run_id == run_id]
    if not found:
        known = ", ".join(run.run_id for run in runs) or "none"
        raise BadInput(f"no published run {run_id!r} (published: {known})")
    return found


def _readable(closed: Path) -> tuple[list[Seal], list[str]]:
    """The seals that can be read, and what is wrong with those that cannot."""
    try:
        return list_seals(closed), []
    except BadInput as error:
        return [], [str(error)]


def _runs_not_recorded(runs: Sequence[Run], history: History) -> list[str]:
    present = {run.run_id: run for run in runs}
    wrong = []
    for run_id, digest in sorted(history.runs.items()):
        if run_id not in present:
            wrong.append(f"run {run_id} is gone: {HISTORY} says that it was published")
        elif not present[run_id].damage and file_digest(present[run_id].path / MANIFEST) != digest:
            wrong.append(
                f"{shown(present[run_id].path / MANIFEST)} is not the one that was published, "
                f"says {HISTORY}: put the run back from a backup, or build again"
            )
    for run in runs:
        before = run.manifest.get("previous")
        if not isinstance(before, dict):
            continue
        found = present.get(str(before.get("run_id")))
        is_there = found is not None and not found.damage
        if found and is_there and file_digest(found.path / MANIFEST) != before.get("sha256"):
            wrong.append(
                f"{shown(found.path / MANIFEST)} is not the one that was published before "
                f"{run.run_id}: put the run back from a backup, or build again"
            )
    return wrong


def _log_not_as_known(runs: Sequence[Run], seals: Sequence[Seal], history: History) -> list[str]:
    wrong = [f"{shown(history.path)}: {finding}" for finding in history.findings]
    witnesses = [(f"run {run.run_id}", run.manifest) for run in runs]
    witnesses += [(f"the seal of {seal.month}", seal.facts) for seal in seals]
    wrong += [
        f"{shown(history.path)} is not the log that {name} was made with: put it back from a backup"
        for name, facts in witnesses
        if not history.knows(facts.get("history"))
    ]
    return wrong


def _closings_not_as_known(published: Path, runs: Sequence[Run], closings: Closings) -> list[str]:
    witnesses = [(f"run {run.run_id}", run.manifest) for run in runs]
    witnesses.append((LATEST, read_manifest(published / LATEST)[0]))
    return [
        f"{shown(closings.path)} is not the log of closings that {name} knows: "
        "put it back from a backup"
        for name, facts in witnesses
        if not closings.knows(facts.get("closings"))
    ]


def _pointers(published: Path, runs: Sequence[Run], history: History) -> list[str]:
    """`current` and `latest.json` name one run, which is there."""
    wrong = []
    current = current_run(published)
    names = {run.run_id for run in runs}
    if current is not None and current.run_id not in names:
        wrong.append(
            f"{shown(published / 'current')} leads to {current.run_id}, which is no run here: "
            "`warehouse rollback RUN_ID`"
        )
    file = published / LATEST
    if not file.exists():
        return wrong
    latest, damage = read_manifest(file)
    run = next((run for run in runs if run.run_id == latest.get("run_id")), None)
    if damage:
        wrong.append(f"{shown(file)} {damage}: delete it, the next build writes it")
    elif current is not None and latest.get("run_id") != current.run_id:
        wrong.append(f"{shown(file)} names another run than current: `warehouse rollback RUN_ID`")
    elif run and not run.damage and file_digest(run.path / MANIFEST) != latest.get("run_json"):
        wrong.append(f"{shown(run.path / MANIFEST)} is not the one that {LATEST} names")
    if not history.knows(latest.get("history")):
        wrong.append(
            f"{shown(history.path)} is shorter or another one than {LATEST} says: "
            "put it back from a backup"
        )
    return wrong


def _notes(
    runs: Sequence[Run], seals: Sequence[Seal], history: History, closings: Closings
) -> list[str]:
    notes = [
        f"run {run.run_id} names no files: an earlier version published it"
        for run in runs
        if not run.damage and "files" not in run.manifest
    ]
    if not history.lines and (runs or seals):
        notes.append(f"there is no {HISTORY} yet: the next build begins it")
        return notes
    notes += [
        f"run {run.run_id} is not in {HISTORY}: its publishing was interrupted"
        for run in runs
        if not run.damage and run.run_id not in history.runs
    ]
    notes += [
        f"the seal of {seal.month} is not in {HISTORY}: it was brought here"
        for seal in seals
        if seal.month not in history.seals
    ]
    without = [seal.month for seal in seals if seal.month not in closings.sealed]
    if without:
        notes.append(
            f"{shown(closings.path)} has no entry for {len(without)} seals, {without[0]} to "
            f"{without[-1]}: the next build adopts them"
        )
    return notes


def finish_seals(closed: Path, history: Path) -> None:
    """End what was cut short after the log knew it: an entry, a seal or its opening again."""
    if not closed.is_dir():
        return
    finish_log(closed, history)
    known = read_history(history).seals
    for name, digest in read_closings(closed).reopened.items():
        month, number = name.split(".")
        file = closed / month / SEAL
        if month not in known and file.is_file() and file_digest(file) == digest:
            set_aside(file.parent, int(number))
    for path in closed.glob(f"{UNFINISHED}*"):
        month = path.name.removeprefix(UNFINISHED)
        file = path / SEAL
        is_known = file.is_file() and file_digest(file) == known.get(month)
        if is_known and not (closed / month).exists():
            path.rename(closed / month)


def begin_logs(published: Path, closed: Path, at: datetime) -> None:
    """Give a home both logs, of what it holds already, before something is made in it.

    Raises CheckFailed where the log of closings, or a seal that was reopened, is another one.
    """
    known = require_closings(closed, published.parent / HISTORY)
    wrong = seals_not_kept(closed, known)
    if wrong:
        raise CheckFailed(wrong[0])
    begin_history(published, closed)
    seals = {seal.month: seal.digest for seal in list_seals(closed)}
    begin_log(closed, published.parent / HISTORY, seals, at)


def begin_history(published: Path, closed: Path) -> None:
    """Let a home of an earlier version have a log: of the runs and seals that it holds already."""
    file = published.parent / HISTORY
    if read_history(file).lines:
        return
    events: list[dict[str, Any]] = [
        {"event": SEALED, "month": seal.month, "sha256": seal.digest, "found": True}
        for seal in list_seals(closed)
    ]
    events += [
        {
            "event": PUBLISHED,
            "run_id": run.run_id,
            "sha256": file_digest(run.path / MANIFEST),
            "found": True,
        }
        for run in reversed(list_runs(published))
        if not run.damage
    ]
    record(file, events)
