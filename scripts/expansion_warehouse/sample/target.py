"""The folder of a sample: what may be replaced, and how a finished folder takes its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expansion_warehouse.errors import BadInput
from expansion_warehouse.sample.options import AS_OF_DATE, SampleOptions

_SETTINGS = "settings.yml"
_MARK = "# Written by `warehouse sample`"


def write_settings(folder: Path, options: SampleOptions) -> None:
    """settings.yml of the company, headed by the mark and the options that made it."""
    lines = (
        f"{_MARK}: the next sample replaces this folder.",
        f"# accounts {options.accounts}, months {options.months}, events {options.events}, "
        f"seed {options.seed}, format {options.file_format}, "
        f"edge cases {'yes' if options.edge_cases else 'no'}",
        f"as_of_date: {AS_OF_DATE.isoformat()}",
        "business_timezone: Asia/Tokyo",
        "reporting_currency: JPY",
        "fiscal_year_start_month: 4",
    )
    text = "\n".join(lines) + "\n"
    (folder / _SETTINGS).write_text(text, encoding="utf-8", newline="\n")


def refuse_foreign_target(place: Path) -> None:
    """Raises BadInput unless the target is absent, empty, or an earlier sample."""
    if not place.exists():
        return
    if not place.is_dir():
        raise BadInput(f"{place} is a file, not a folder")
    settings = place / _SETTINGS
    if settings.is_file():
        with settings.open(encoding="utf-8", errors="replace") as lines:
            if lines.readline().startswith(_MARK):
                return
    if any(place.iterdir()):
        raise BadInput(f"{place} is not empty and not an earlier sample: name another folder")


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside the target; on leaving without an error it becomes the target.

    Whatever happens before, the target keeps its old content.
    """
    place = Path(os.path.realpath(target))
    refuse_foreign_target(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(place)
        made = _sibling(place, "new")
        made.mkdir()
    except OSError as error:
        raise BadInput(
            f"{target} cannot be written: {error.strerror}; name another folder (--to)"
        ) from error
    try:
        yield made
        _swap(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sibling(place: Path, role: str) -> Path:
    return place.with_name(f".{place.name}.{role}-{os.getpid()}")


def _remove_leftovers(place: Path) -> None:
    """Remove what a killed run left beside the target."""
    prefixes = (f".{place.name}.new-", f".{place.name}.old-")
    for path in place.parent.iterdir():
        pid = path.name.rpartition("-")[2]
        if not path.name.startswith(prefixes) or not pid.isdigit():
            continue
        if int(pid) == os.getpid() or not _runs(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _swap(made: Path, place: Path) -> None:
    """Move the finished folder into place, and the old one back if that fails."""
    replaced = _sibling(place, "old")
    if place.exists():
        # Somebody may have put a file there while the sample was made.
        refuse_foreign_target(place)
        place.rename(replaced)
    try:
        made.rename(place)
    except OSError:
        if replaced.exists():
            replaced.rename(place)
        raise
    shutil.rmtree(replaced, ignore_errors=True)
