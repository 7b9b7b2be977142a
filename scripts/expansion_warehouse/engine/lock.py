"""One build at a time per warehouse home."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BuildRunning


@contextmanager
def build_lock(path: Path) -> Iterator[None]:
    """Hold the exclusive lock of a home; the kernel frees it however the process ends.

    Raises BuildRunning, naming the process that holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning(
                f"another build is running in {shown(path.parent)} (process {_holder(handle)}): "
                "wait for it to end"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    return os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
