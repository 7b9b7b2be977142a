"""Where systems come from: folders, the contract itself, and mapping files."""

from __future__ import annotations

from pathlib import Path

from expansion_warehouse.environment import find_places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.mapping import read_mapping
from expansion_warehouse.importers.own import NAME as OWN
from expansion_warehouse.importers.own import own_system
from expansion_warehouse.importers.system import IMPORTERS, System, list_systems, read_system
from expansion_warehouse.raw.contract import read_contract

# Systems whose exports have whatever columns their users made: a mapping file says which.
MAPPED = ("csv", "kintone")


def known_systems(importers: Path | None = None) -> list[str]:
    """Names of all systems that need no mapping file, sorted."""
    own = list_systems(importers) if importers else []
    return sorted({OWN, *own, *list_systems(IMPORTERS)})


def find_system(name: str, importers: Path | None, mapping: Path | None) -> System:
    """A system by its name: of a folder of systems, of those that come along, or of a mapping.

    Raises BadInput where there is none.
    """
    if importers is not None and not importers.is_dir():
        raise BadInput(f"there is no folder {shown(importers)} with systems")
    if mapping is not None:
        if name in known_systems(importers):
            raise BadInput(f"{name} takes no mapping file, only {' and '.join(MAPPED)} do")
        return read_mapping(mapping, name)
    known = known_systems(importers)
    if name in MAPPED and name not in known:
        raise BadInput(f"{name} needs a mapping file that names its columns: say --mapping")
    if name not in known:
        listed = ", ".join(sorted({*known, *MAPPED}))
        raise BadInput(f"unknown system '{name}'; known: {listed}")
    if name == OWN and not (importers and OWN in list_systems(importers)):
        return own_system(read_contract(find_places(None, None).project))
    return read_system(name, *([importers] if importers else []), IMPORTERS)
