"""What a person may say about files that cannot be told from the files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class FileOptions:
    """Options of one source table; None means that it is detected, and said."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Opened:
    """The columns of a relation, and in words what was detected about its files.

    `lacking` are files that say there are more pages than were found, with the key that says it.
    """

    columns: tuple[str, ...]
    notes: tuple[str, ...]
    lacking: Mapping[Path, str] = field(default_factory=dict)
