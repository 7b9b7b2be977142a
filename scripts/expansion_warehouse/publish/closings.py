"""The log of closings: who closed or reopened which month, when and why, each entry hashed.

It lies beside the seals as `closed/log.jsonl`, and every run carries a copy. The log of the home
holds each entry as well, so that neither can be cut or written anew without the other.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import login_name, shown
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.history import (
    ENTERED,
    HISTORY,
    History,
    digest,
    read_history,
    record,
)

CLOSED, LOG, SEAL = "closed", "log.jsonl", "seal.json"
# Seals of months that were opened again; nothing that was sealed is ever deleted.
KEPT = "reopened"
CLOSE, REOPEN, ADOPT = "close", "reopen", "adopt"
LONGEST = 1000
_OWN = ', "hash": "'


@dataclass(frozen=True)
class Said:
    """Who closes or reopens, when and why; `login` is the account of the machine."""

    at: datetime
    by: str
    login: str
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same for an entry or a seal."""
        at = self.at.isoformat(timespec="seconds")
        return {"at": at, "by": self.by, "login": self.login, "note": self.note}


@dataclass(frozen=True)
class Closings:
    """The entries of a log; `findings` is what is wrong with them."""

    path: Path
    entries: tuple[dict[str, Any], ...]
    findings: tuple[str, ...]

    @property
    def head(self) -> dict[str, Any] | None:
        """Where the log stood, for others to remember; None where it is empty."""
        if not self.entries:
            return None
        return {"entries": len(self.entries), "sha256": self.entries[-1].get("hash")}

    @property
    def sealed(self) -> dict[str, str]:
        """Hash of the seal of every month that is closed now."""
        found: dict[str, str] = {}
        for entry in self.entries:
            if entry.get("what") == REOPEN:
                found.pop(str(entry.get("month")), None)
            else:
                found[str(entry.get("month"))] = str(entry.get("seal"))
        return found

    @property
    def reopened(self) -> dict[str, str]:
        """Hash of every seal that was taken out of force, by the folder that keeps it."""
        return {
            f"{entry.get('month')}.{entry.get('number')}": str(entry.get("seal"))
            for entry in self.entries
            if entry.get("what") == REOPEN
        }

    def knows(self, head: Any) -> bool:
        """Whether the log still holds what somebody remembers of it."""
        if not isinstance(head, dict):
            return True
        place = head.get("entries")
        if not isinstance(place, int) or not 0 < place <= len(self.entries):
            return False
        return bool(self.entries[place - 1].get("hash") == head.get("sha256"))


def who(option: str, by: str | None, note: str | None, at: datetime) -> Said:
    """What a person said, or the account that runs where nobody is named. Raises BadInput."""
    login = login_name()
    return Said(at, _said("--by", by) or login, login, _said(option, note))


def _said(option: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{option} is not UTF-8 text") from None
    if not text.strip():
        raise BadInput(f"{option} must not be empty")
    if len(text) > LONGEST:
        raise BadInput(f"{option} is longer than {LONGEST} characters")
    return text.strip()


def read_closings(closed: Path) -> Closings:
    """The log as it stands; a line that was being written when the power went counts as none."""
    path = closed / LOG
    content = path.read_bytes() if path.is_file() else b""
    entries: list[dict[str, Any]] = []
    findings: list[str] = []
    before = None
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        entry = _parsed(line)
        if not entry:
            findings.append(f"entry {number} is not as it was written")
        elif entry.get("number") != number or entry.get("before") != before:
            findings.append(f"entry {number} does not follow entry {number - 1}")
        entries.append(entry)
        before = entry.get("hash")
    return Closings(path, tuple(entries), tuple(findings))


def _parsed(line: bytes) -> dict[str, Any]:
    """An entry that is hashed as its line says; empty for any other."""
    try:
        entry = json.loads(line)
        return entry if line_of(entry) == line else {}
    except (ValueError, RecursionError, AttributeError):
        return {}


def line_of(entry: Mapping[str, Any]) -> bytes:
    """An entry as it is written: its hash is that of the line up to where the hash begins."""
    facts = {name: value for name, value in entry.items() if name != "hash"}
    body = json.dumps(facts, ensure_ascii=False)[:-1].encode()
    return body + f'{_OWN}{digest(body)}"}}'.encode()


def enter(
    closed: Path,
    history: Path,
    *,
    event: Mapping[str, Any],
    what: str,
    month: str,
    said: Said,
    run: str | None,
    seal: str,
) -> dict[str, Any]:
    """Add an entry: first to the log of the home, with `event`, then beside the seals."""
    known = read_closings(closed)
    facts = {
        "number": len(known.entries) + 1,
        "what": what,
        "month": month,
        **said.as_dict(),
        "run": run,
        "seal": seal,
        "before": (known.head or {}).get("sha256"),
    }
    entry: dict[str, Any] = json.loads(line_of(facts))
    record(history, [{**event, "entry": entry}])
    _append(known, entry)
    return entry


def _append(known: Closings, entry: Mapping[str, Any]) -> None:
    whole = sum(len(line_of(other)) + 1 for other in known.entries)
    handle = os.open(known.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.ftruncate(handle, whole)
        os.pwrite(handle, line_of(entry) + b"\n", whole)
        os.fsync(handle)
    finally:
        os.close(handle)


def finish_log(closed: Path, history: Path) -> None:
    """Write the entry whose writing was cut short after the log of the home had it."""
    known, events = read_closings(closed), read_history(history).events
    if not events or known.findings:
        return
    entry = events[-1].get("entry")
    head = (known.head or {}).get("sha256")
    if (
        isinstance(entry, dict)
        and entry.get("number") == len(known.entries) + 1
        and entry.get("before") == head
    ):
        _append(known, entry)


def closings_not_recorded(known: Closings, history: History) -> list[str]:
    """What differs between the log of closings, its own chain, and the log of the home."""
    log, restore = shown(known.path), "put it back from a backup"
    wrong = [f"{log}: {finding}: {restore}" for finding in known.findings]
    recorded = history.entries
    if recorded and not wrong and known.entries != recorded:
        wrong.append(
            f"{log} has other entries than {HISTORY} ({len(known.entries)} and "
            f"{len(recorded)}): {restore}"
        )
    return wrong


def require_closings(closed: Path, history: Path) -> Closings:
    """The log of closings, which must be what was written here. Raises CheckFailed."""
    known = read_closings(closed)
    wrong = closings_not_recorded(known, read_history(history))
    if wrong:
        raise CheckFailed(wrong[0])
    return known


def begin_log(closed: Path, history: Path, seals: Mapping[str, str], at: datetime) -> None:
    """Adopt seals that no entry names: those of an earlier version, or brought from elsewhere.

    `seals` holds the hash of each month's. Entries that were brought with them are taken over.
    """
    known = require_closings(closed, history)
    if known.entries and not read_history(history).entries:
        record(history, [{"event": ENTERED, "entry": entry} for entry in known.entries])
    for month, seal in sorted(seals.items()):
        if month not in known.sealed:
            said = Said(at, login_name(), login_name(), "found without an entry, adopted by hash")
            enter(
                closed,
                history,
                event={"event": ENTERED},
                what=ADOPT,
                month=month,
                said=said,
                run=None,
                seal=seal,
            )


def copy_closings(closed: Path, folder: Path) -> None:
    """Write the log and what every seal says of itself into a run, so that it can be checked."""
    known = read_closings(closed)
    if not known.entries:
        return
    places = [*known.sealed, *(f"{KEPT}/{name}" for name in known.reopened)]
    for name in [LOG, *(f"{place}/{SEAL}" for place in places)]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(closed / name, target)
