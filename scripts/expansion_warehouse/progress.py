"""What a person sees while a command works: one line per step, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from expansion_warehouse.printable import printable_line


class Step:
    """One step of a run; `note` is what its closing line says."""

    def __init__(self, progress: Progress | None, title: str) -> None:
        """Begin a step, on a live bar where there is one."""
        self.note = ""
        self._progress = progress
        self._task = progress.add_task(title, total=None, count="", detail="") if progress else None

    def say(self, detail: str) -> None:
        """Show what is being worked on, where the number of parts is unknown."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, detail=escape(printable_line(detail)))

    def advance(self, done: int, total: int, detail: str) -> None:
        """Show that `done` of `total` parts are finished, and which one is being worked on."""
        if self._progress is not None and self._task is not None:
            count = f"{done}/{total} "
            named = escape(printable_line(detail))
            self._progress.update(
                self._task, completed=done, total=total, count=count, detail=named
            )


class Reporter:
    """Prints steps: a live bar on a terminal, plain lines elsewhere, nothing when quiet."""

    def __init__(self, quiet: bool = False) -> None:
        """Write to standard error, or nowhere when `quiet`."""
        self._console = Console(file=sys.stderr, quiet=quiet, highlight=False)
        self._live = self._console.is_terminal and not quiet
        self.timings: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, title: str) -> Iterator[Step]:
        """Time a step under `name` and print `title` with its note when it ends well."""
        started = time.perf_counter()
        progress = self._bar() if self._live else None
        step = Step(progress, title)
        mark = "✗"
        try:
            if progress:
                with progress:
                    yield step
            else:
                yield step
            mark = "✓"
        finally:
            seconds = time.perf_counter() - started
            self.timings[name] = round(seconds, 3)
            note = step.note if mark == "✓" else "failed"
            self._close(mark, title, note, seconds)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a part of a step under `name`; it prints nothing."""
        started = time.perf_counter()
        yield
        self.timings[name] = round(time.perf_counter() - started, 3)

    def notice(self, text: str) -> None:
        """Print a line that somebody should read although nothing has failed."""
        self._console.print(Text(f"! {text}", "yellow"), soft_wrap=True)

    def _close(self, mark: str, title: str, note: str, seconds: float) -> None:
        style = "green" if mark == "✓" else "red"
        told = escape(printable_line(note))
        self._console.print(
            f"[{style}]{mark}[/] {title:<21} {told:<44} [dim]{seconds:6.1f} s[/]", soft_wrap=True
        )

    def _bar(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<21}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}[dim]{task.fields[detail]}"),
            console=self._console,
            transient=True,
        )
