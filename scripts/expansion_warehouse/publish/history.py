"""The log of a home: which runs and seals were made here, each line with the hash of the last.

It is how `warehouse verify` and the next build know that a seal or a run is the one that was made,
whatever its own files say. It holds no key: who may write everywhere in a home can write it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HISTORY = "history.jsonl"

PUBLISHED, SEALED, DROPPED, SHOWN = "published", "sealed", "dropped", "shown"
REOPENED, ENTERED = "reopened", "entered"


@dataclass(frozen=True)
class History:
    """The lines of the log; `findings` is what is wrong with them."""

    path: Path
    lines: tuple[bytes, ...]
    events: tuple[dict[str, Any], ...]
    findings: tuple[str, ...]

    @property
    def head(self) -> dict[str, Any] | None:
        """Where the log stood, for a run to remember; None where it is empty."""
        if not self.lines:
            return None
        return {"lines": len(self.lines), "sha256": digest(self.lines[-1])}

    @property
    def runs(self) -> dict[str, str]:
        """Hash of run.json for every run that was published and not dropped since."""
        gone = {event.get("run_id") for event in self.events if event.get("event") == DROPPED}
        return {
            str(event.get("run_id")): str(event.get("sha256"))
            for event in self.events
            if event.get("event") == PUBLISHED and event.get("run_id") not in gone
        }

    @property
    def seals(self) -> dict[str, str]:
        """Hash of seal.json for every month that is sealed and was not opened again since."""
        found: dict[str, str] = {}
        for event in self.events:
            if event.get("event") == SEALED:
                found[str(event.get("month"))] = str(event.get("sha256"))
            elif event.get("event") == REOPENED:
                found.pop(str(event.get("month")), None)
        return found

    @property
    def reopened(self) -> frozenset[str]:
        """Hashes of the seals that were taken out of force: a run may have used them."""
        found = (event for event in self.events if event.get("event") == REOPENED)
        return frozenset(str(event.get("sha256")) for event in found)

    @property
    def entries(self) -> tuple[dict[str, Any], ...]:
        """What the log of closings must hold."""
        found = (event.get("entry") for event in self.events)
        return tuple(entry for entry in found if isinstance(entry, dict))

    def knows(self, head: Any) -> bool:
        """Whether the log still holds what somebody remembers of it."""
        if not isinstance(head, dict):
            return True
        place = head.get("lines")
        if not isinstance(place, int) or not 0 < place <= len(self.lines):
            return False
        return digest(self.lines[place - 1]) == head.get("sha256")


def digest(content: bytes) -> str:
    """SHA-256 as text."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, whatever its size."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read_history(path: Path) -> History:
    """The log as it stands; a line that was being written when the power went counts as none."""
    content = path.read_bytes() if path.is_file() else b""
    lines = tuple(content.split(b"\n")[:-1])
    events, findings, before = [], [], None
    for number, line in enumerate(lines, start=1):
        event = _parsed(line)
        if event is None:
            findings.append(f"line {number} cannot be read")
        elif event.get("before") != before:
            findings.append(f"line {number} does not follow line {number - 1}")
        events.append(event or {})
        before = digest(line)
    return History(path, lines, tuple(events), tuple(findings))


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def record(path: Path, events: Iterable[dict[str, Any]]) -> None:
    """Add events to the log, safely on disk when this returns. Only for the holder of the lock."""
    known = read_history(path)
    whole = sum(len(line) + 1 for line in known.lines)
    before = digest(known.lines[-1]) if known.lines else None
    added = b""
    for event in events:
        line = json.dumps({**event, "before": before}, ensure_ascii=False).encode()
        before = digest(line)
        added += line + b"\n"
    if not added:
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.ftruncate(handle, whole)
        os.pwrite(handle, added, whole)
        os.fsync(handle)
    finally:
        os.close(handle)
