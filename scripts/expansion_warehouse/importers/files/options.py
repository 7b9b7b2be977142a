"""What a person may say about files that cannot be told from the files themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileOptions:
    """Options of one source table; None means that it is detected, and said."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Opened:
    """The columns of a relation, and in words what was detected about its files."""

    columns: tuple[str, ...]
    notes: tuple[str, ...]
