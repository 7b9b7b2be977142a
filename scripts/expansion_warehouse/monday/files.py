"""The pack as files: made of a run, written into a folder that holds nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.monday.changes import Before
from expansion_warehouse.monday.digest import KIND, digest
from expansion_warehouse.monday.facts import read_facts
from expansion_warehouse.monday.markdown import owner_page, team_page
from expansion_warehouse.monday.marts import read_compared, read_marts
from expansion_warehouse.monday.names import owner_files
from expansion_warehouse.monday.pack import Pack, make_pack
from expansion_warehouse.monday.tasks import tasks, tasks_csv
from expansion_warehouse.printable import json_text

MONDAY = "monday"
TEAM, CALLS, DIGEST, OWNERS = "team.md", "calls.csv", "digest.json", "owners"

Manifest = Mapping[str, Any]


def read_pack(marts_file: Path, manifest: Manifest, before: tuple[Path, Manifest] | None) -> Pack:
    """The pack of a run; `before` is the marts file and run.json of the run before."""
    marts = read_marts(marts_file)
    return make_pack(marts, read_facts(manifest, marts), _before(before))


def _before(run: tuple[Path, Manifest] | None) -> Before:
    """The run before; one that cannot be read is not compared with."""
    if run is None:
        return Before()
    file, manifest = run
    try:
        marts = read_compared(file)
    except duckdb.Error as error:
        return Before(why_not=f"the marts of the run before cannot be read ({reason(error)})")
    return Before(marts, read_facts(manifest, marts), None)


def pack_files(pack: Pack, owner: str | None = None, alone: bool = False) -> dict[str, str]:
    """Texts by their place in the pack; `alone` leaves but one owner's."""
    names = owner_files(pack.owners)
    chosen = [owner] if alone else list(pack.owners)
    part = pack.of(owner) if alone else pack
    rows = tasks(part)
    return {
        **({} if alone else {TEAM: team_page(pack, names)}),
        **{f"{OWNERS}/{names[name]}": owner_page(pack.of(name)) for name in chosen},
        CALLS: tasks_csv(rows),
        DIGEST: json_text(digest(part, names, rows)) + "\n",
    }


def write_pack(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a folder, in the place of an earlier pack.

    Raises BadInput where the folder holds anything else.
    """
    _require_ours(folder)
    shutil.rmtree(folder / OWNERS, ignore_errors=True)
    for name in (TEAM, CALLS, DIGEST):
        (folder / name).unlink(missing_ok=True)
    (folder / OWNERS).mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _require_ours(folder: Path) -> None:
    """Raise BadInput unless a folder is absent, empty or an earlier pack."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{shown(folder)} is a file, not a folder")
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if not found:
        return
    foreign = set(found) - {TEAM, CALLS, DIGEST, OWNERS}
    pages = list((folder / OWNERS).rglob("*")) if not (folder / OWNERS).is_symlink() else [folder]
    if foreign or not _is_pack(folder / DIGEST) or any(page.suffix != ".md" for page in pages):
        raise BadInput(f"{shown(folder)} is not empty and no earlier Monday pack: name another")


def _is_pack(file: Path) -> bool:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("kind") == KIND
