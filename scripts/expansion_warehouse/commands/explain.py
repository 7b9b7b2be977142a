"""`warehouse explain`: how one cell of a published run came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from expansion_warehouse.commands.monday import marts_to_read, run_to_read
from expansion_warehouse.environment import Places
from expansion_warehouse.explain.answer import answer
from expansion_warehouse.explain.claims import CLAIMS, explained


def run_explain(places: Places, cell: str, at: Sequence[str]) -> dict[str, Any]:
    """The answer for a cell of the published run, from the run's folder alone.

    The home may also be a run's folder, wherever it was copied to. Raises BadInput where there is
    no run or no such cell.
    """
    run = run_to_read(places)
    with marts_to_read(run) as marts, duckdb.connect(str(marts), read_only=True) as con:
        return answer(con, run.manifest, run.path, cell, at)


def what_is_explained() -> dict[str, list[str]]:
    """The columns that are explained, by mart."""
    return {mart: list(explained(mart)) for mart in CLAIMS}
