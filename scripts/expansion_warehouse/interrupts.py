"""Whether somebody asked the command to stop: libraries catch the exception that says so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()


@contextmanager
def watched() -> Iterator[None]:
    """Remember an interrupt (Ctrl-C) beside raising it as ever."""
    _asked.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _remember(number: int, frame: FrameType | None) -> None:
    _asked.set()
    signal.default_int_handler(number, frame)


def interrupted() -> bool:
    """Whether an interrupt came since the command began."""
    return _asked.is_set()


def stop_if_interrupted() -> None:
    """Raise the interrupt again where a library has swallowed it."""
    if interrupted():
        raise KeyboardInterrupt
