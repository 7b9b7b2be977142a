"""Files of a home: who may read them, whether there is room, and what the system says about them.

What a person can do about a disk or a permission is said in one line with the path, whoever met it:
Python, DuckDB or dbt, in this process or in the gates' own.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput

_ALLOW = "let this user read and write it, or name another folder (--home, --raw)"
_ROOM = "no space left: make room there and run the command again"
# The system's own words for each of these stand in every message about it.
_TROUBLES = {
    errno.EACCES: f"permission denied: {_ALLOW}",
    errno.EPERM: f"permission denied: {_ALLOW}",
    errno.EROFS: "the file system is read-only: name a home that can be written (--home)",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "the largest size of a file is reached: raise the limit (`ulimit -f`)",
    errno.EIO: "the disk cannot be read or written: check it, then run the command again",
    errno.ENFILE: "too many files are open on this machine: run the command again later",
    errno.EMFILE: "too many files are open: raise the limit (`ulimit -n`)",
}
_OTHER = "put back what should be there, or name another folder (--home, --raw)"
# DuckDB where what no longer fits into memory does not fit on the disk either.
_NO_ROOM_TO_SPILL = ("failed to offload data block", "max_temp_directory_size")
# What stands in every message of DuckDB and Python about a file, and in none about a value.
_OF_FILES = ("IO Error", "IOException", "[Errno", "Cannot open file", "Could not write")
_PLACE = re.compile(r"['\"](/[^'\"\n]+?)\\*['\"]")
_MARGIN = 32_000_000
_ENOUGH_TO_SAY_WHY = 1_000_000


class FileMode(StrEnum):
    """Who may read what a home holds, beside the user who builds."""

    PRIVATE = "private"
    GROUP = "group"
    ALL = "all"

    @property
    def hidden(self) -> int:
        """The permissions that nobody gets (a umask)."""
        return {"private": 0o077, "group": 0o027, "all": 0o022}[self.value]


@contextmanager
def file_mode(mode: FileMode) -> Iterator[None]:
    """Every file that is made meanwhile, by whatever library, is for the readers of `mode`."""
    before = os.umask(mode.hidden)
    try:
        yield
    finally:
        os.umask(before)


def share(path: Path, mode: FileMode, inside: bool = False) -> None:
    """Set the permissions of what exists already; `inside` those of all that a folder holds."""
    if not path.exists():
        return
    for part in [path, *(path.rglob("*") if inside else ())]:
        if part.is_symlink():
            continue
        now = part.stat().st_mode & 0o777
        # What the owner may do is the owner's matter: a file may be read-only on purpose.
        wanted = (now & 0o700) | ((0o055 if part.is_dir() else 0o044) & ~mode.hidden)
        # Only the owner may set them, so nothing is set that is right already.
        if now != wanted:
            part.chmod(wanted)


def require_writable(folder: Path) -> None:
    """Raise PermissionError where nothing can be made in a folder, before work is spent on it."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def require_room(folder: Path, needed: int, purpose: str) -> None:
    """Compare what is free with what is about to be written. Raises BadInput with both."""
    free = shutil.disk_usage(folder).free
    if free < needed + _MARGIN:
        raise BadInput(
            f"{shown(folder)}: {purpose} needs about {_size(needed + _MARGIN)} and {_size(free)} "
            "are free: make room there, keep fewer runs (--keep), or name another home (--home)"
        )


def _size(number: int) -> str:
    return f"{number / 1e6:,.0f} MB"


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; of a file, its own."""
    if folder.is_file():
        return folder.stat().st_size
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def trouble(error: object) -> str | None:
    """A line about path and remedy, where an error is about a disk or a permission; else None.

    `error` is an exception, or what DuckDB or dbt say of one.
    """
    text = str(error)
    if any(words in text for words in _NO_ROOM_TO_SPILL):
        return f"{_place(text) or 'the temporary folder of build.duckdb'}: {_ROOM}"
    if isinstance(error, OSError):
        words = _TROUBLES.get(error.errno or 0) or f"{_strerror(error)}: {_OTHER}"
        return f"{_place_of(error)}: {words}"
    for line in reversed(text.splitlines()):
        if not any(words in line for words in _OF_FILES):
            continue
        for code, words in _TROUBLES.items():
            if os.strerror(code) in line:
                return f"{_place(line) or 'home or raw folder'}: {words}"
    return None


def full_disk(folder: Path) -> str | None:
    """A line about path and remedy where a disk has no room to say what went wrong; else None."""
    if shutil.disk_usage(folder).free > _ENOUGH_TO_SAY_WHY:
        return None
    return f"{shown(folder)}: {_ROOM}"


def _strerror(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _place_of(error: OSError) -> str:
    name = error.filename
    return shown(Path(os.fsdecode(name))) if isinstance(name, str | bytes) else "home or raw folder"


def _place(text: str) -> str | None:
    found = _PLACE.search(text)
    return shown(Path(found[1])) if found else None
