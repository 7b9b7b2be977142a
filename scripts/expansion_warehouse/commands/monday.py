"""`warehouse monday`: the pack of the published run, made again from its marts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.monday.files import DIGEST, TEAM, pack_files, read_pack, write_pack
from expansion_warehouse.monday.names import owner_name
from expansion_warehouse.monday.pack import Pack
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import MANIFEST, Run, current_run, list_runs, read_run
from expansion_warehouse.storage import FileMode, file_mode

_KNOWN = 10


def run_monday(places: Places, owner: str | None = None) -> tuple[Run, dict[str, str]]:
    """The run and the texts of its pack by file, all of them or those of one owner.

    The home may also be a run's folder, wherever it was copied to. Raises BadInput where there is
    no run, or nobody of that name.
    """
    run = run_to_read(places)
    pack = _read(run)
    if owner is None:
        return run, pack_files(pack)
    _require_owner(pack, owner)
    return run, pack_files(pack, owner, alone=True)


def write_monday(
    places: Places, run: Run, folder: Path, files: Mapping[str, str], mode: FileMode
) -> Path:
    """Write a pack into a folder outside of what is published; the folder."""
    target = outside_of_published(places, run, folder)
    with file_mode(mode):
        write_pack(target, files)
    return target


def outside_of_published(places: Places, run: Run, folder: Path) -> Path:
    """The folder, absolute. Raises BadInput where it is part of a run: runs stay as they are."""
    target = folder.expanduser().absolute()
    real = target.resolve()
    for kept in (places.published.resolve(), run.path.resolve()):
        if real == kept or kept in real.parents:
            raise BadInput(f"{shown(target)} is part of what is published: name another folder")
    return target


def run_to_read(places: Places) -> Run:
    """The run of a home, or the one whose folder the home is. Raises BadInput without one."""
    if (places.home / MANIFEST).is_file():
        run: Run | None = read_run(places.home.resolve())
    else:
        run = current_run(places.published)
    if run is None:
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    if run.damage:
        raise BadInput(f"run {run.run_id} is damaged: {run.damage}")
    return run


@contextmanager
def marts_to_read(run: Run) -> Iterator[Path]:
    """The marts of a run. Raises BadInput where they are gone, or cannot be read on the way."""
    marts = run.path / MARTS_FILE
    if not marts.is_file():
        raise BadInput(f"run {run.run_id} is damaged: {shown(marts)} is gone: copy it again")
    try:
        yield marts
    except duckdb.Error as error:
        raise BadInput(f"{shown(marts)} cannot be opened: {reason(error)}") from None


def _read(run: Run) -> Pack:
    with marts_to_read(run) as marts:
        return read_pack(marts, run.manifest, _before(run))


def _before(run: Run) -> tuple[Path, Mapping[str, Any]] | None:
    """Marts and story of the run that stood before a run, where it still lies beside it."""
    named = run.manifest.get("previous")
    if not isinstance(named, dict):
        return None
    for other in list_runs(run.path.parent):
        if other.run_id == named.get("run_id") and not other.damage:
            return other.path / MARTS_FILE, other.manifest
    return None


def _require_owner(pack: Pack, owner: str) -> None:
    if owner_name(owner) in pack.owners:
        return
    named = [name for name in pack.owners if name is not None]
    listed = ", ".join(named[:_KNOWN]) + (", …" if len(named) > _KNOWN else "")
    raise BadInput(f"nobody is named {owner!r} in this run (owners: {listed or 'none'})")


def page_of(files: Mapping[str, str]) -> str:
    """The page for a person: the team's, or that of the only owner."""
    return files.get(TEAM) or next(text for name, text in files.items() if name.endswith(".md"))


def digest_of(files: Mapping[str, str]) -> str:
    """The digest for a program."""
    return files[DIGEST]
