"""`warehouse project`: where the dbt project lies, or a copy of it to change."""

from __future__ import annotations

import shutil
from pathlib import Path

from expansion_warehouse.environment import find_project, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.project_files import project_files


def copy_project(to: Path) -> tuple[Path, int]:
    """Copy the project's files into a new folder; that folder, and how many they are.

    Raises BadInput where the folder holds anything.
    """
    project, target = find_project(), to.expanduser().resolve()
    if target.exists() and not target.is_dir():
        raise BadInput(f"{shown(target)} is a file, not a folder")
    if target.is_dir() and any(target.iterdir()):
        raise BadInput(
            f"{shown(target)} is not empty: a copy of the project is a folder of its own"
        )
    files = project_files(project)
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        # Only the content: what is installed may be read-only, and a copy is there to be changed.
        shutil.copyfile(project / file, target / file)
    return target, len(files)
