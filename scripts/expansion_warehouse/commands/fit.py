"""`warehouse fit`: weights of the health score as data, for a person to commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.engine.sql import literal
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.fit.book import read_book
from expansion_warehouse.fit.judge import Fit, fit_and_judge
from expansion_warehouse.fit.report import report
from expansion_warehouse.fit.version import NewVersion, components_of, new_version, seed_files
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run, current_run, require_whole
from expansion_warehouse.settings import checked_day

REPORT = "README.md"
# What a reader sees of the score: the last build must have it all the same.
_COMPARED = ("fct_health_scores", "fct_health_components", "kpi_health_backtest")


@dataclass(frozen=True)
class FitOptions:
    """What the command line was asked for; see `warehouse fit --help`."""

    places: Places
    to: Path
    horizon: int | None = None
    name: str | None = None
    valid_from: str | None = None


@dataclass(frozen=True)
class Fitted:
    """A fit, the version that it makes, its page, and the files that were written."""

    fit: Fit
    version: NewVersion
    page: str
    files: list[str]


def run_fit(options: FitOptions) -> Fitted:
    """Fit the score of the published run; write a version only where the past has a signal.

    Raises BadInput for wrong options, or where the last build is not what is published.
    """
    places, seeds = options.places, options.places.project / "seeds"
    target = _require_free(options.to, places.project)
    valid_from = _day(options.valid_from)
    run = current_run(places.published)
    if run is None:
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    require_whole(run)
    if not places.database.is_file():
        raise BadInput("there is no build database: run `warehouse build` first")
    with build_lock(places.lock), open_read_only(places.database) as con:
        _require_published(con, run)
        book = read_book(con, options.horizon)
    version = new_version(seeds, book, options.name, valid_from)
    fit = fit_and_judge(book, components_of(seeds, book))
    page = report(fit, version, run.run_id)
    files = {}
    if fit.verdict == "signal":
        files = {**seed_files(seeds, version, fit), REPORT: page}
        target.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (target / name).write_text(text, encoding="utf-8", newline="\n")
    return Fitted(fit, version, page, sorted(files))


def _require_free(to: Path, project: Path) -> Path:
    """The folder to write to: its own, and not among the project's models and seeds."""
    target = to.expanduser().resolve()
    if target.is_relative_to(project / "seeds"):
        raise BadInput(
            f"{shown(target)} is where the project's own seeds are: name another folder, "
            "and copy what you have read"
        )
    if target.exists() and not target.is_dir():
        raise BadInput(f"{shown(target)} is a file, not a folder")
    if target.is_dir() and any(target.iterdir()):
        raise BadInput(f"{shown(target)} is not empty: a fit writes into a folder of its own")
    return target


def _day(text: str | None) -> date | None:
    try:
        return checked_day(text)
    except ValueError as error:
        raise BadInput(f"--valid-from: {error}") from None


def _require_published(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    con.execute(f"attach {literal(run.path / MARTS_FILE)} as published (read_only)")
    (here,) = con.execute("select current_database()").fetchone() or ("",)
    for mart in _COMPARED:
        built, shown_to_readers = f'"{here}".main.{mart}', f"published.main.{mart}"
        try:
            differing = con.execute(
                f"select 1 from ((from {built} except all from {shown_to_readers}) union all "
                f"(from {shown_to_readers} except all from {built})) limit 1"
            ).fetchone()
        except duckdb.CatalogException:
            raise BadInput("the last build has no health score to fit") from None
        if differing:
            raise BadInput(
                f"the last build is not the published run {run.run_id}: "
                "run `warehouse build` first, then fit"
            )
