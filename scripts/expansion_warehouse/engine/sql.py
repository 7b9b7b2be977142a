"""Texts, names and paths inside SQL."""

from __future__ import annotations


def literal(value: object) -> str:
    """A value as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def unpatterned(path: object) -> str:
    """A path in which no character is a pattern to DuckDB's readers."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
