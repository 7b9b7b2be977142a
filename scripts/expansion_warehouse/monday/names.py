"""Owners: who owns what, and the file of each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

NOBODY = "Without an owner"
_NOBODYS_FILE = "without-an-owner"
# Names of devices, which Windows keeps for itself.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_LONGEST = 60


def owner_name(*candidates: str | None) -> str | None:
    """The first who is named; None for nobody."""
    return next((name for name in candidates if name and name.strip()), None)


def shown_owner(owner: str | None) -> str:
    """An owner for people."""
    return NOBODY if owner is None else owner


def owner_order(owner: str | None) -> tuple[bool, str]:
    """By name, nobody last."""
    return owner is None, owner or ""


def owner_files(owners: Iterable[str | None]) -> dict[str | None, str]:
    """A file name for each owner: safe on every system, and never the same for two."""
    listed = sorted(set(owners), key=owner_order)
    names = {owner: _plain(owner) for owner in listed}
    for digits in (8, 64):
        taken = Counter(names.values())
        names = {
            owner: name if taken[name] == 1 else f"{_plain(owner)}-{_digest(owner)[:digits]}"
            for owner, name in names.items()
        }
    return {owner: f"{name}.md" for owner, name in names.items()}


def _plain(owner: str | None) -> str:
    """Letters, digits, hyphens and underscores of a name; `owner` where it has none."""
    if owner is None:
        return _NOBODYS_FILE
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", owner).casefold())
    letters = "".join(sign if sign.isalnum() or sign == "_" else "-" for sign in folded)
    name = re.sub("-+", "-", letters).strip("-")
    short = name.encode()[:_LONGEST].decode("utf-8", "ignore").strip("-")
    if not short or _RESERVED.fullmatch(short):
        return f"owner-{short}".strip("-")
    return short


def _digest(owner: str | None) -> str:
    return hashlib.sha256(repr(owner).encode()).hexdigest()
