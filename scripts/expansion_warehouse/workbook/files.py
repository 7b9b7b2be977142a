"""The workbook as a file: made of a run's folder, the same bytes whenever it is made again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from expansion_warehouse.workbook import FINANCE
from expansion_warehouse.workbook.book import Book, read_months
from expansion_warehouse.workbook.bridge import NAME as BRIDGE
from expansion_warehouse.workbook.bridge import write_bridge
from expansion_warehouse.workbook.cohorts import NAME as COHORTS
from expansion_warehouse.workbook.cohorts import write_cohorts
from expansion_warehouse.workbook.cover import NAME as COVER
from expansion_warehouse.workbook.cover import write_cover
from expansion_warehouse.workbook.cube import accounts_of, cube_names, is_large, write_cubes
from expansion_warehouse.workbook.definitions import NAME as DEFINITIONS
from expansion_warehouse.workbook.definitions import write_definitions
from expansion_warehouse.workbook.drivers import NAME as DRIVERS
from expansion_warehouse.workbook.drivers import write_drivers
from expansion_warehouse.workbook.facts import read_facts
from expansion_warehouse.workbook.marts import Marts
from expansion_warehouse.workbook.offers import NAME as OFFERS
from expansion_warehouse.workbook.offers import write_offers
from expansion_warehouse.workbook.periods import NAME as PERIODS
from expansion_warehouse.workbook.periods import write_periods
from expansion_warehouse.workbook.quarantine import NAME as QUARANTINE
from expansion_warehouse.workbook.quarantine import write_quarantine
from expansion_warehouse.workbook.reconciliation import NAME as RECONCILIATION
from expansion_warehouse.workbook.reconciliation import write_reconciliation
from expansion_warehouse.workbook.renewals import NAME as RENEWALS
from expansion_warehouse.workbook.renewals import write_renewals
from expansion_warehouse.workbook.restatements import NAME as RESTATEMENTS
from expansion_warehouse.workbook.restatements import write_restatements
from expansion_warehouse.workbook.retention import NAME as RETENTION
from expansion_warehouse.workbook.retention import write_retention
from expansion_warehouse.workbook.schedule import NAME as SCHEDULE
from expansion_warehouse.workbook.schedule import write_schedule
from expansion_warehouse.workbook.scorecard import NAME as SCORECARD
from expansion_warehouse.workbook.scorecard import write_scorecard
from expansion_warehouse.workbook.segments import NAME as SEGMENTS
from expansion_warehouse.workbook.segments import write_segments
from expansion_warehouse.workbook.sheet import Sheet
from expansion_warehouse.workbook.styles import DEFAULT_FONT, Styles

_MARTS, _RUN, _WORDS = "marts.duckdb", "run.json", "definitions.json"
_CUBE = "cube"
# In the order of the tabs; those that others refer to stand before them, but for the cover.
_SHEETS: tuple[tuple[str, Callable[[Book], None]], ...] = (
    (COVER, write_cover),
    (SCORECARD, write_scorecard),
    (BRIDGE, write_bridge),
    (PERIODS, write_periods),
    (RETENTION, write_retention),
    (DRIVERS, write_drivers),
    (SEGMENTS, write_segments),
    (_CUBE, write_cubes),
    (COHORTS, write_cohorts),
    (RENEWALS, write_renewals),
    (SCHEDULE, write_schedule),
    (RESTATEMENTS, write_restatements),
    (OFFERS, write_offers),
    (QUARANTINE, write_quarantine),
    (RECONCILIATION, write_reconciliation),
    (DEFINITIONS, write_definitions),
)


class _Plain(Worksheet):
    """A sheet whose formulas hold no newer functions, which takes long to look for in each."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def write_workbook(run_folder: Path, to: Path | None = None) -> Path:
    """Write the workbook of a published run into a folder, by default the run's own; the file."""
    manifest = json.loads((run_folder / _RUN).read_text(encoding="utf-8"))
    return write_finance(run_folder, manifest, to)


def write_finance(run_folder: Path, manifest: Mapping[str, Any], to: Path | None = None) -> Path:
    """The same for a run whose story is not written yet."""
    words = run_folder / _WORDS
    definitions = json.loads(words.read_text(encoding="utf-8")) if words.is_file() else {}
    target = (to or run_folder) / FINANCE
    with (
        tempfile.TemporaryDirectory(prefix=".workbook-", dir=target.parent) as scratch,
        duckdb.connect(str(run_folder / _MARTS), read_only=True) as con,
    ):
        unfinished = Path(scratch) / FINANCE
        _write(Marts(con), manifest, definitions, unfinished)
        unfinished.replace(target)
    return target


def _write(
    marts: Marts, manifest: Mapping[str, Any], definitions: Mapping[str, Any], file: Path
) -> None:
    facts = read_facts(manifest, definitions)
    large = is_large(accounts_of(marts))
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # A copy: XlsxWriter writes into it.
        "default_format_properties": {**DEFAULT_FONT},
        "constant_memory": large,
        "tmpdir": str(file.parent),
    }
    with Workbook(str(file), options) as workbook:
        workbook.set_properties(
            {
                "title": "Finance workbook",
                "subject": f"Run {facts.run_id}",
                "comments": "Written by `warehouse build` from the marts of the run.",
                "created": facts.built_at,
            }
        )
        styles = Styles(workbook, facts.digits)
        book = Book(workbook, styles, facts, marts, read_months(marts), large)
        for name, _ in _SHEETS:
            for tab in cube_names(book) if name == _CUBE else (name,):
                book.sheets[tab] = Sheet(workbook.add_worksheet(tab, _Plain), styles, facts)
        for _, write in (*_SHEETS[1:], _SHEETS[0]):
            write(book)
