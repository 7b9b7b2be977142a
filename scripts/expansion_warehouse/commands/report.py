"""`warehouse report`: what people read of the published run, made again from its marts."""

from __future__ import annotations

from pathlib import Path

from expansion_warehouse.commands.monday import marts_to_read, outside_of_published, run_to_read
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.report import FIRST_PAGE, REPORT
from expansion_warehouse.report.charts import FILE as CHARTS
from expansion_warehouse.report.charts import chart_script
from expansion_warehouse.report.site import write_site
from expansion_warehouse.storage import FileMode, file_mode
from expansion_warehouse.workbook import FINANCE
from expansion_warehouse.workbook.files import write_workbook


def run_report(places: Places, to: Path, language: str, mode: FileMode) -> tuple[Run, list[Path]]:
    """The run, and its first page and workbook, written into a folder outside of what is published.

    The home may also be a run's folder, wherever it was copied to. Raises BadInput where there is
    no run, or where the folder holds anything but an earlier report.
    """
    run = run_to_read(places)
    folder = outside_of_published(places, run, to)
    with marts_to_read(run), file_mode(mode):
        _require_ours(folder)
        charts = _charts(run)
        folder.mkdir(parents=True, exist_ok=True)
        write_site(run.path, run.manifest, folder, charts, language)
        return run, [folder / FIRST_PAGE, write_workbook(run.path, folder)]


def _charts(run: Run) -> str:
    """The chart library as the run has it; bundled anew for a run without a report."""
    file = run.path / REPORT / "assets" / CHARTS
    return file.read_text(encoding="utf-8") if file.is_file() else chart_script()


def _require_ours(folder: Path) -> None:
    """Raise BadInput unless a folder is absent, empty or holds an earlier report."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{shown(folder)} is a file, not a folder")
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    is_report = (folder / REPORT / "assets" / CHARTS).is_file()
    if found - {FIRST_PAGE, REPORT, FINANCE} or (found and not is_report):
        raise BadInput(f"{shown(folder)} is not empty and no earlier report: name another")
