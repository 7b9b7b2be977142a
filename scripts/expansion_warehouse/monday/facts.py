"""What a run's own story says beside its marts, as far as readers of the pack need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from expansion_warehouse.monday.marts import Marts

_SHOWN = 8


@dataclass(frozen=True)
class Facts:
    """As of when, in which currency, by which knowledge, and what to know about the data."""

    as_of: date | None
    currency: str
    known_at: str | None
    warnings: tuple[str, ...]


def read_facts(manifest: Mapping[str, Any], marts: Marts) -> Facts:
    """The facts of a run by its run.json; one that is damaged or older says less."""
    values = manifest.get("vars") or {}
    return Facts(
        as_of=_day(manifest.get("as_of_date")) or marts.as_of,
        currency=str(values.get("reporting_currency") or ""),
        known_at=manifest.get("known_at"),
        warnings=tuple(_told(manifest)),
    )


def _told(manifest: Mapping[str, Any]) -> list[str]:
    try:
        return _warnings(manifest)
    except (AttributeError, KeyError, TypeError):
        return ["the run.json of this run is not whole: its warnings cannot be read"]


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _warnings(manifest: Mapping[str, Any]) -> list[str]:
    """Notices, unmet expectations, tests that warned, and tables that nobody delivered."""
    checks = [
        f"{result['name'].split('.')[0]}: expected: {result['description']}; "
        f"found: {result['observed']}"
        for report in manifest.get("checks") or []
        for result in report["results"]
        if result["status"] == "warning"
    ]
    dbt = (manifest.get("dbt") or {}).get("warned") or []
    found = [*(manifest.get("notices") or []), *checks, *dbt]
    more = len(found) - _SHOWN
    rest = [f"{more:,} more warnings: see the quality pages of the run"] if more > 0 else []
    return [*found[:_SHOWN], *rest, *_missing_tables(manifest)]


def _missing_tables(manifest: Mapping[str, Any]) -> list[str]:
    missing = [
        table["table"]
        for table in manifest.get("coverage") or []
        if table.get("state") != "present"
    ]
    return [f"not delivered, so nothing here knows of it: {', '.join(missing)}"] if missing else []
