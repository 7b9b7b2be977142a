"""`python -m tamper`: change bytes of a published home, and see whether a stranger notices.

Works on a copy of the home. Every file of every run, every seal and both logs is changed at drawn
positions and taken away once; `scripts/verify_books.py` has to name a difference each time.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import verify_books

# Names what readers are to open next; who changes it changes no number.
POINTERS = {"published/latest.json"}


@dataclass(frozen=True)
class Change:
    """One byte of a file, or the whole of it where `position` is None."""

    file: str
    position: int | None = None


def files_of(home: Path) -> list[str]:
    """Everything that must not change unnoticed."""
    found = [*(home / "published").rglob("*"), *(home / "closed").rglob("*")]
    names = {
        path.relative_to(home).as_posix()
        for path in [*found, home / "history.jsonl"]
        if path.is_file() and "current" not in path.relative_to(home).parts
    }
    return sorted(names - POINTERS)


def drawn(home: Path, seed: int, positions: int) -> list[Change]:
    """Positions in every file, the first and the last byte among them, and its removal."""
    chance = random.Random(seed)
    changes = []
    for name in files_of(home):
        size = (home / name).stat().st_size
        places = {0, size - 1, *(chance.randrange(size) for _ in range(positions))} if size else ()
        changes += [Change(name, place) for place in sorted(places)]
        changes.append(Change(name))
    return changes


@contextlib.contextmanager
def changed(home: Path, change: Change, seed: int) -> Iterator[None]:
    """The home with one change, which is taken back."""
    file = home / change.file
    content = file.read_bytes()
    if change.position is None:
        file.unlink()
    else:
        other = random.Random(f"{seed} {change}").randrange(1, 256) ^ content[change.position]
        file.write_bytes(
            content[: change.position] + bytes([other]) + content[change.position + 1 :]
        )
    try:
        yield
    finally:
        file.write_bytes(content)


def is_found(home: Path, change: Change) -> bool:
    """Whether the stand-alone verifier, asked for the run or the home of a file, ends with 1."""
    top, *rest = change.file.split("/")
    report = verify_books.Report()
    with contextlib.redirect_stdout(io.StringIO()):
        if top == "published":
            verify_books.check_run(home / top / rest[0], report, False)
        else:
            verify_books.guarded(report, verify_books.check_home, home, report)
    return report.differences > 0


def missed(home: Path, changes: list[Change], seed: int) -> list[Change]:
    """The changes that nobody would notice."""
    unseen = []
    for change in changes:
        with changed(home, change, seed):
            if not is_found(home, change):
                unseen.append(change)
    return unseen


def main() -> int:
    """Change a copy of a home all over; 1 where something goes unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tamper", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="it is copied, not changed")
    parser.add_argument("--positions", type=int, default=5, help="in every file (default 5)")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        for part in ("published", "closed"):
            if (asked.home / part).is_dir():
                shutil.copytree(asked.home / part, home / part, symlinks=True)
        shutil.copy(asked.home / "history.jsonl", home)
        if verify_books.main([str(home)]):
            return 2
        changes = drawn(home, asked.seed, asked.positions)
        unseen = missed(home, changes, asked.seed)
        print(f"\n{len(files_of(home))} files, {len(changes)} changes, {len(unseen)} unnoticed")
        for change in unseen:
            print(f"  {change.file} at {change.position}")
    return int(bool(unseen))


if __name__ == "__main__":
    sys.exit(main())
