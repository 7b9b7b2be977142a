"""Which files are the dbt project and what belongs to it: what a wheel holds, and a copy of it.

`setup.py` reads this module, so it imports nothing of the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# The folder beside this module that holds the project where the package was installed.
INSTALLED = "project"
# From the folder of `dbt_project.yml` on.
_FILES = (
    *("CHANGELOG.md", "LICENSE", "README.ja.md", "README.md"),
    *("dbt_project.yml", "profiles.yml", "requirements.lock", "scripts/verify_books.py"),
)
# Folders, with the endings of the files that count in them.
_FOLDERS = {
    "analyses": (".sql", ".yml"),
    "docs": (".md", ".png"),
    "macros": (".sql", ".yml"),
    "models": (".md", ".sql", ".yml"),
    "seeds": (".csv", ".yml"),
    "tests/generic": (".sql", ".yml"),
    "tests/singular": (".md", ".sql", ".yml"),
}


def project_files(project: Path) -> list[PurePosixPath]:
    """Every file of the project in a folder, from that folder on, in order."""
    return sorted({PurePosixPath(path.relative_to(project).as_posix()) for path in _found(project)})


def _found(project: Path) -> Iterator[Path]:
    yield from (project / name for name in _FILES if (project / name).is_file())
    for folder, endings in _FOLDERS.items():
        for path in (project / folder).rglob("*"):
            if path.suffix in endings and not path.name.startswith(".") and path.is_file():
                yield path
