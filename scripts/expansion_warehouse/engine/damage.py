"""How DuckDB says that a database file is damaged; `tests/python/test_damage.py` provokes it."""

from __future__ import annotations

from pathlib import Path

_DAMAGED = (
    "it is not a valid DuckDB database file",
    "Corrupt database file",
    "does not match stored checksum",
    "Could not read enough bytes from file",
    "Trying to read a database file with version number",
    "Failed to load metadata pointer",
    "Failure while replaying WAL file",
    "Serialization Error",
)


def is_damaged_within(error: object, database: Path) -> bool:
    """Whether a message, whatever it is about, says so of the build database."""
    text = str(error)
    return "Corrupt database file" in text or (str(database) in text and is_damaged(text))


def is_damaged(error: object) -> bool:
    """Whether a message says that a database cannot be read because of what it holds."""
    text = str(error)
    return any(words in text for words in _DAMAGED)
