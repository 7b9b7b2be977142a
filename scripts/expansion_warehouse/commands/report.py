"""`warehouse report`: what people read of the published run, made again from its marts."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expansion_warehouse.commands.monday import run_to_read
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.storage import FileMode, file_mode
from expansion_warehouse.workbook.files import write_workbook


def run_report(places: Places, to: Path, mode: FileMode) -> tuple[Run, list[Path]]:
    """The run, and the files that were written into a folder outside of what is published.

    The home may also be a run's folder, wherever it was copied to. Raises BadInput where there is
    no run, or where the folder is part of one.
    """
    run = run_to_read(places)
    target = to.expanduser().absolute()
    real = target.resolve()
    for kept in (places.published.resolve(), run.path.resolve()):
        if real == kept or kept in real.parents:
            raise BadInput(f"{shown(target)} is part of what is published: name another folder")
    if target.exists() and not target.is_dir():
        raise BadInput(f"{shown(target)} is a file, not a folder")
    marts = run.path / MARTS_FILE
    if not marts.is_file():
        raise BadInput(f"run {run.run_id} is damaged: {shown(marts)} is gone: copy it again")
    with file_mode(mode):
        target.mkdir(parents=True, exist_ok=True)
        try:
            return run, [write_workbook(run.path, target)]
        except duckdb.Error as error:
            raise BadInput(f"{shown(marts)} cannot be opened: {reason(error)}") from None
