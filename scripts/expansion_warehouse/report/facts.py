"""What the pages say of the run itself: of its story, not of its marts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expansion_warehouse.explain.definitions import read_definitions
from expansion_warehouse.gates.mart_suite import PROOF
from expansion_warehouse.monday.files import DIGEST, MONDAY
from expansion_warehouse.publish.publisher import QUALITY
from expansion_warehouse.publish.summary import count_warnings
from expansion_warehouse.settings import Settings

# Besides the suites of the gates, what can warn.
_MODELS, _SETTINGS = "models", "settings"
_USUAL_DIGITS = 2


def run_facts(run: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a run: head of every page, warnings, gates, coverage and files."""
    values = manifest.get("vars") or {}
    return {
        "run_id": manifest.get("run_id"),
        "as_of": manifest.get("as_of_date"),
        "known_at": manifest.get("known_at"),
        "built_at": manifest.get("built_at"),
        "currency": values.get("reporting_currency") or Settings().reporting_currency,
        "minor_unit_digits": _digits(run),
        "warnings": _warnings(manifest),
        "warning_count": count_warnings(manifest),
        "gates": _checked(run, manifest),
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


def _digits(run: Path) -> dict[str, int]:
    """Digits after the point of the currencies that have not two, as their seed has them."""
    known = read_definitions(run)["minor_unit_digits"]
    return {currency: digits for currency, digits in known.items() if digits != _USUAL_DIGITS}


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


def _warnings(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a person should look at: of the settings, of both gates, of the tests of models."""
    gates = [
        {
            "source": report.get("suite"),
            "about": str(result.get("name") or "").split(".")[0],
            "check": str(result.get("name") or ""),
            "expected": result.get("description"),
            "found": result.get("observed"),
        }
        for report in manifest.get("checks") or []
        for result in report.get("results") or []
        if result.get("status") != "passed"
    ]
    tests = [
        {"source": _MODELS, "about": about, "check": about, "expected": None, "found": found}
        for about, _, found in (
            str(text).partition(": ") for text in (manifest.get("dbt") or {}).get("warned") or []
        )
    ]
    notices = [
        {"source": _SETTINGS, "about": None, "check": "", "expected": None, "found": str(notice)}
        for notice in manifest.get("notices") or []
    ]
    return [*notices, *gates, *tests]


def _checked(run: Path, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many checks of each kind passed, and how many did not; every test counts once."""
    found = [
        {name: gate.get(name) for name in ("suite", "passed", "warnings", "errors")}
        for gate in manifest.get("checks") or []
    ]
    if dbt := manifest.get("dbt"):
        warned = int(dbt.get("warnings") or 0)
        named = _named_tests(run / QUALITY / "marts.json")
        passed = None if named is None else int(dbt.get("tests") or 0) - named - warned
        found.append({"suite": _MODELS, "passed": passed, "warnings": warned, "errors": 0})
    if notices := manifest.get("notices"):
        found.append({"suite": _SETTINGS, "passed": None, "warnings": len(notices), "errors": 0})
    return found


def _named_tests(page: Path) -> int | None:
    """Tests of published marts, which are results of the mart gate; None where nobody says so."""
    if not page.is_file():
        return None
    results = json.loads(page.read_text(encoding="utf-8")).get("results") or []
    return len([result for result in results if result.get("expectation") == PROOF])


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    absent = [one["table"] for one in part.get("inputs") or [] if one.get("is_absent")]
    return {"part": part.get("title"), "count": part.get("count"), "missing": ", ".join(absent)}
