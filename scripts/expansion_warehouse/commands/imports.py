"""`warehouse import`: one system, every source of a company, or the beginning of a new system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.company import COMPANY_FILE, import_all
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, import_system
from expansion_warehouse.importers.skeleton import Begun, begin_system
from expansion_warehouse.importers.systems import MAPPED, find_system, known_systems

NEW = "new"


@dataclass(frozen=True)
class ImportCommand:
    """What was typed; None for what was not."""

    system: str | None
    new_name: str | None
    source: Path | None
    target: Path
    every: bool
    company: Path | None
    name: str | None
    layout: str | None
    mapping: Path | None
    told: tuple[str, ...]
    importers: Path | None


@dataclass(frozen=True)
class Imported:
    """What the imports did, and the names of others whose files stay in the folder."""

    summaries: tuple[ImportSummary, ...]
    others: tuple[str, ...] = ()


def run_imports(asked: ImportCommand) -> Imported | Begun:
    """Do what was asked. Raises BadInput where it is too little, too much or wrong."""
    if asked.every:
        _refuse_beside_all(asked)
        summaries, others = import_all(asked.company or Path(COMPANY_FILE), asked.target)
        return Imported(tuple(summaries), tuple(others))
    if asked.company is not None:
        raise BadInput("--company goes with --all")
    if asked.system is None:
        known = ", ".join(sorted({*known_systems(asked.importers), *MAPPED}))
        raise BadInput(f"name a system ({known}), or import all of company.yml with --all")
    if asked.system == NEW:
        if asked.new_name is None:
            raise BadInput("name the new system: `warehouse import new NAME --from EXPORT`")
        return begin_system(asked.new_name, _export(asked), asked.importers or Path())
    if asked.new_name is not None:
        raise BadInput(f"import takes one system, and {asked.new_name!r} is another word")
    system = find_system(asked.system, asked.importers, asked.mapping)
    told = ImportOptions(asked.name, _options(asked.told), asked.layout)
    return Imported((import_system(system, _export(asked), asked.target, told),))


def _export(asked: ImportCommand) -> Path:
    if asked.source is None:
        raise BadInput("name the export with --from")
    return asked.source


def _refuse_beside_all(asked: ImportCommand) -> None:
    """company.yml says all of it, so that a second run does the same."""
    given = (
        (str(asked.system), asked.system),
        ("--from", asked.source),
        ("--as", asked.name),
        ("--layout", asked.layout),
        ("--mapping", asked.mapping),
        ("--set", asked.told or None),
        ("--importers", asked.importers),
    )
    for option, value in given:
        if value is not None:
            raise BadInput(f"--all takes what company.yml says, and no {option} beside it")


def _options(told: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for text in told:
        name, sign, value = text.partition("=")
        if not sign:
            raise BadInput(f"--set takes NAME=VALUE, not {text!r}")
        found[name.strip()] = value.strip() or None
    return found
