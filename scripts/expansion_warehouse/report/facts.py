"""What the pages say of the run itself: of its story, not of its marts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expansion_warehouse.monday.files import DIGEST, MONDAY
from expansion_warehouse.settings import Settings


def run_facts(run: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a run: head of every page, warnings, gates, coverage and files."""
    values = manifest.get("vars") or {}
    return {
        "run_id": manifest.get("run_id"),
        "as_of": manifest.get("as_of_date"),
        "known_at": manifest.get("known_at"),
        "built_at": manifest.get("built_at"),
        "currency": values.get("reporting_currency") or Settings().reporting_currency,
        "warnings": _warnings(manifest),
        "gates": [
            {name: gate.get(name) for name in ("suite", "passed", "warnings", "errors")}
            for gate in manifest.get("checks") or []
        ],
        "parts": [_part(part) for part in (manifest.get("headline") or {}).get("parts") or []],
        "coverage": [
            {"raw_table": one.get("table"), "state": one.get("state"), "rows": one.get("rows")}
            for one in manifest.get("coverage") or []
        ],
        "since": _since(run / MONDAY / DIGEST),
        "files": [
            *({"state": "read", **one} for one in manifest.get("inputs") or []),
            *({"state": "not_read", "path": one["path"]} for one in manifest.get("not_read") or []),
        ],
    }


def _since(digest: Path) -> dict[str, Any]:
    """What is different from the run before, as the Monday pack of the run found it."""
    if not digest.is_file():
        return {"why_not": None, "rows": []}
    found = json.loads(digest.read_text(encoding="utf-8"))["since_the_run_before"]
    changes = [
        {
            "what": what,
            **{name: change[name] for name in ("account_id", "account_name", "was", "now")},
        }
        for what in ("mrr_in_force", "health_bands")
        for change in found[what]
    ]
    alerts = [
        {
            "what": f"alert_{what}",
            "account_id": alert["account_id"],
            "account_name": alert["account_name"],
            "now": alert["alert_kind"],
        }
        for what in ("began", "ended")
        for alert in found[what]
    ]
    return {
        "as_of": found["as_of_date"],
        "why_not": found["not_compared"],
        "rows": changes + alerts,
    }


def _warnings(manifest: Mapping[str, Any]) -> list[str]:
    """What a gate did not find in order, and what the command said."""
    found = [
        ": ".join(part for part in (result.get("description"), result.get("observed")) if part)
        for gate in manifest.get("checks") or []
        for result in gate.get("results") or []
        if result.get("status") != "passed"
    ]
    return [str(notice) for notice in manifest.get("notices") or []] + found


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    absent = [one["table"] for one in part.get("inputs") or [] if one.get("is_absent")]
    return {"part": part.get("title"), "count": part.get("count"), "missing": ", ".join(absent)}
