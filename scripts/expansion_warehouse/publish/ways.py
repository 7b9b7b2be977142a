"""Where a run is and what to open of it: the last lines of the closing summary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from rich.console import Console
from rich.text import Text

from expansion_warehouse.environment import shown
from expansion_warehouse.explain.definitions import DEFINITIONS
from expansion_warehouse.monday.files import MONDAY, TEAM
from expansion_warehouse.publish.publisher import CSV, MARTS_FILE, PARQUET, QUALITY
from expansion_warehouse.publish.runs import CURRENT
from expansion_warehouse.report import FIRST_PAGE
from expansion_warehouse.workbook import FINANCE

_HOME = "warehouse"
_EXAMPLE = "kpi_nrr"


def print_report(home: Path, console: Console, width: int) -> None:
    """The page to open first, where the run has one; never wrapped, so that it can be copied."""
    page = home / "published" / CURRENT / FIRST_PAGE
    if page.exists():
        line = Text(f"{'Report':<{width}}", style="dim").append(shown(page), style="bold")
        console.print(line, soft_wrap=True, highlight=False)


def print_ways(manifest: Mapping[str, Any], home: Path, console: Console, width: int) -> None:
    """What lies in the run and how to ask it; a run of an earlier version has less."""
    current = home / "published" / CURRENT
    line = Text(f"{'In':<{width}}", style="dim").append(f"{shown(current)}/", style="bold")
    console.print(line, soft_wrap=True, highlight=False)
    for name, hint in (
        (FIRST_PAGE, "open it in a browser"),
        (FINANCE, "sums and ratios as live formulas"),
        (MARTS_FILE, "DuckDB 1.2 or newer, read-only"),
        (f"{PARQUET}/", "one file per mart, for any other tool"),
        (f"{CSV}/", "the same as text, every digit"),
        (f"{MONDAY}/{TEAM}", "whom to call first and why"),
        (f"{QUALITY}/", "raw.html and marts.html, for a browser"),
    ):
        if (current / name).exists():
            listed = Text(f"  {name:<{width - 2}}", style="bold").append(hint, style="dim")
            console.print(listed, highlight=False)
    where = "" if shown(home) == _HOME else f" --home {quote(shown(home))}"
    names = list(manifest.get("row_counts") or {})
    if names:
        mart = _EXAMPLE if _EXAMPLE in names else names[0]
        _ask("Rows of a mart", f"warehouse show {mart}{where}", console, width)
    if (current / DEFINITIONS).exists():
        _ask("Why this number", f"warehouse explain kpi_nrr.nrr{where}", console, width)


def _ask(label: str, command: str, console: Console, width: int) -> None:
    line = Text(f"{label:<{width}}", style="dim").append(command, style="bold")
    console.print(line, soft_wrap=True, highlight=False)
