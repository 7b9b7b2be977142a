"""Why two runs may differ: what went into each, as their run.json says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Manifest = Mapping[str, Any]


def causes(before: Manifest, now: Manifest) -> list[str]:
    """A sentence for each thing that was different when the later run was made."""
    return [
        *_dates(before, now),
        *_settings(before, now),
        *_files(before, now),
        *_made(before, now),
    ]


def _dates(before: Manifest, now: Manifest) -> list[str]:
    names = {"as_of_date": "as of", "known_at": "as known on"}
    return [
        f"{name} {now.get(key) or 'everything'}, was {before.get(key) or 'everything'}"
        for key, name in names.items()
        if before.get(key) != now.get(key)
    ]


def _settings(before: Manifest, now: Manifest) -> list[str]:
    were, are = before.get("vars") or {}, now.get("vars") or {}
    return [
        f"setting {name} is {are.get(name)}, was {were.get(name)}"
        for name in sorted(set(were) | set(are))
        if name not in ("as_of_date", "known_at") and were.get(name) != are.get(name)
    ]


def _files(before: Manifest, now: Manifest) -> list[str]:
    were = {file["path"]: file["sha256"] for file in before.get("inputs") or []}
    are = {file["path"]: file["sha256"] for file in now.get("inputs") or []}
    changed = [path for path in were if path in are and were[path] != are[path]]
    return [
        f"raw {what}: {', '.join(sorted(paths))}"
        for what, paths in (
            ("files changed", changed),
            ("files that are new", set(are) - set(were)),
            ("files that are gone", set(were) - set(are)),
        )
        if paths
    ]


def _made(before: Manifest, now: Manifest) -> list[str]:
    were, are = before.get("versions") or {}, now.get("versions") or {}
    found = [
        f"{name} {are.get(name)}, was {were.get(name)}"
        for name in sorted(set(were) | set(are))
        if were.get(name) != are.get(name)
    ]
    sealed, seals = set(before.get("seals") or {}), set(now.get("seals") or {})
    found += [f"sealed since: {', '.join(sorted(seals - sealed))}"] if seals - sealed else []
    found += [f"sealed no more: {', '.join(sorted(sealed - seals))}"] if sealed - seals else []
    return found
