"""`warehouse plan`: what the working tree's rules would change, without publishing anything.

The project is built in a home of its own inside the home, `plan/`, with the seals and as of the day
of the published run; then the two are compared.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from expansion_warehouse.commands.build import BuildOptions, run_build
from expansion_warehouse.commands.diff import compare
from expansion_warehouse.engine.database import forget
from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.progress import Reporter
from expansion_warehouse.publish.runs import Run, current_run, switch_current
from expansion_warehouse.storage import file_mode

PLAN = "plan"


def run_plan(options: BuildOptions, reporter: Reporter, now: datetime) -> dict[str, Any]:
    """The differences that a build of the working tree would make to the published run.

    Raises what a build raises, and BadInput where nothing is published.
    """
    places = options.places
    run = current_run(places.published)
    if run is None:
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    if run.damage:
        raise BadInput(f"run {run.run_id} is damaged: {run.damage}")
    planned = Places(places.project, places.home / PLAN, places.raw)
    with file_mode(options.mode), build_lock(planned.lock):
        _prepare(places, run, planned)
    built = run_build(
        replace(
            options,
            places=planned,
            as_of=str(run.manifest["as_of_date"]),
            known_at=run.manifest.get("known_at"),
            keep=1,
        ),
        reporter,
        now,
    )
    return compare(run, built)


def _prepare(places: Places, run: Run, planned: Places) -> None:
    """A home that knows the seals, the log and the published run, and nothing of earlier plans.

    Days of usage that an earlier plan has counted would keep that plan's rules.
    """
    forget(planned.database)
    shutil.rmtree(planned.published, ignore_errors=True)
    shutil.rmtree(planned.closed, ignore_errors=True)
    planned.published.mkdir(parents=True)
    shutil.copytree(run.path, planned.published / run.run_id, copy_function=_linked)
    switch_current(planned.published, run.run_id)
    if places.closed.is_dir():
        shutil.copytree(places.closed, planned.closed)
    planned.history.unlink(missing_ok=True)
    if places.history.is_file():
        shutil.copy2(places.history, planned.history)


def _linked(source: str, target: str) -> None:
    """A file that both folders have; published files are never written again."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(Path(source), target)
