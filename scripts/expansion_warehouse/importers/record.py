"""import.json: which import owns which files of a raw folder, and what each one did and lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.listing import RECORD, SETTINGS

_FORMAT = 1
# How the first versions marked a folder that they wrote whole.
_MARK = "# Written by `warehouse import "
_FILES = "# Its files: "


@dataclass
class Record:
    """The imports of a raw folder by name, in the order in which they first came.

    `unfinished` names those that were stopped while they changed the folder. `settings` is the hash
    of the settings.yml that imports wrote, which no longer fits once a person has changed it, and
    `company` what company.yml stated of it.
    """

    imports: dict[str, dict[str, Any]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    settings: str | None = None
    company: dict[str, Any] = field(default_factory=dict)
    # A folder of the first versions: the system, and the files that it wrote.
    former: str | None = None
    former_files: tuple[str, ...] = ()

    def files_of(self, name: str) -> list[str]:
        """Files that an import has written, by their paths within the folder."""
        return list(self.imports.get(name, {}).get("files", []))

    def owner_of(self, file: str) -> str | None:
        """The import that wrote a file."""
        return next((name for name in self.imports if file in self.files_of(name)), None)

    def text(self) -> str:
        """The content of import.json."""
        content = {
            "format": _FORMAT,
            "unfinished": self.unfinished,
            "settings_sha256": self.settings,
            "company": self.company,
            "imports": self.imports,
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_record(raw: Path) -> Record:
    """The record of a raw folder, an empty one where no import wrote there."""
    path = raw / RECORD
    if not path.is_file():
        return _former(raw / SETTINGS)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] > _FORMAT:
            raise BadInput(f"{shown(path)} was written by a newer version: upgrade this one")
        return Record(
            imports=dict(content["imports"]),
            unfinished=list(content["unfinished"]),
            settings=content["settings_sha256"],
            company=dict(content["company"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(
            f"{shown(path)} is not what an import wrote: put it back, or import into another folder"
        ) from None


def _former(settings: Path) -> Record:
    if not settings.is_file():
        return Record()
    lines = settings.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) < 2 or not lines[0].startswith(_MARK) or not lines[1].startswith(_FILES):
        return Record()
    system = lines[0].removeprefix(_MARK).partition("`")[0]
    files = tuple(lines[1].removeprefix(_FILES).split())
    return Record(former=system, former_files=files)


def digest(path: Path) -> str | None:
    """The hash of a file, None where there is none."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None
