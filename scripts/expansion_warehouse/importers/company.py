"""company.yml: the settings of a company and its sources in their order, imported together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from expansion_warehouse.documents import read_yaml, validated
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.importer import (
    ImportOptions,
    ImportSummary,
    prepare,
    require_ready,
)
from expansion_warehouse.importers.place import (
    beside,
    exchange,
    only_import,
    refuse_files,
    refuse_target,
    settings_of,
)
from expansion_warehouse.importers.record import read_record
from expansion_warehouse.importers.system import Described, System, checked_settings
from expansion_warehouse.importers.systems import find_system

COMPANY_FILE = "company.yml"


class _SourceText(Described):
    """One source; `from` is a folder or a file, beside company.yml or absolute."""

    system: str
    export: str = Field(alias="from")
    name: str | None = Field(default=None, alias="as")
    layout: str | None = None
    mapping: str | None = None
    options: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class _CompanyText(Described):
    """The content of a company.yml."""

    settings: dict[str, Any] = Field(default_factory=dict)
    account_links: str | None = None
    importers: str | None = None
    sources: list[_SourceText]


def import_all(company: Path, target: Path) -> tuple[list[ImportSummary], list[str]]:
    """Import every source of a company, of which the earlier ones are believed more.

    All of them come to their places together, or none does. Returns what each did, and the names of
    other imports in the raw folder. Raises BadInput, with one line, for everything that is wrong.
    """
    text = _read(company)
    place = target.resolve()
    folder = company.parent
    links = folder / text.account_links if text.account_links else None
    if links is not None and not links.is_file():
        raise BadInput(f"{shown(company)}: {shown(links)} does not exist")
    settings = checked_settings(text.settings, f"{shown(company)}, settings")
    planned: list[tuple[System, Path, ImportOptions]] = []
    for source in text.sources:
        importers = folder / text.importers if text.importers else None
        mapping = folder / source.mapping if source.mapping else None
        system = find_system(source.system, importers, mapping)
        options = {name: _as_text(value) for name, value in source.options.items()}
        told = ImportOptions(source.name, options, source.layout, links)
        planned.append((system, folder / source.export, told))
    try:
        return _import_all(planned, place, target, settings)
    except OSError as error:
        raise BadInput(f"import of {shown(company)}: {reason(error)}") from error


def _read(company: Path) -> _CompanyText:
    if not company.is_file():
        raise BadInput(f"there is no {shown(company)}: write it, or name it with --company")
    text = validated(_CompanyText, read_yaml(company), shown(company))
    if not text.sources:
        raise BadInput(f"{shown(company)} names no source")
    names = [source.name or source.system for source in text.sources]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"{shown(company)}: two sources are called {name}: tell them by `as`")
    return text


def _import_all(
    planned: list[tuple[System, Path, ImportOptions]],
    place: Path,
    target: Path,
    settings: Mapping[str, Any],
) -> tuple[list[ImportSummary], list[str]]:
    imports = {
        require_ready(system, source, place, told): system.name for system, source, told in planned
    }
    refuse_target(place, imports)
    earlier: dict[str, list[Path]] = {}
    done = []
    with beside(place) as scratch:
        for number, (system, source, told) in enumerate(planned):
            own = scratch / str(number)
            own.mkdir()
            made = prepare(system, source, target, told, scratch=own, earlier=earlier)
            for file, path in made.part.made.items():
                earlier.setdefault(file.partition("/")[0], []).append(path)
            done.append(made)
        parts = [made.part for made in done]
        with only_import(place):
            refuse_target(place, imports)
            refuse_files(place, parts)
            stated = {made.part.name: made.settings for made in done}
            plain = {name: _plain(value) for name, value in settings.items()}
            exchange(place, scratch, parts, settings_of(place, stated, plain))
        others = [name for name in read_record(place).imports if name not in imports]
    return [made.summary for made in done], others


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else str(value)


def _as_text(value: str | int | float | bool | None) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
