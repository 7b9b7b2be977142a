"""`warehouse diff`: what changed between two published runs, and what made it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

import duckdb

from expansion_warehouse.compare.accounts import changed_judgements
from expansion_warehouse.compare.causes import causes
from expansion_warehouse.compare.counts import changed_counts
from expansion_warehouse.compare.judged_words import judged_lines
from expansion_warehouse.compare.numbers import (
    changed_accounts,
    changed_marts,
    changed_months,
    closed_months,
    new_months,
)
from expansion_warehouse.compare.sides import both
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.monday.words import json_value
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run, current_run, list_runs

ACCOUNTS = 20
_SHOWN = 12
_RATES = ("nrr", "grr", "upsell_rate", "cross_sell_rate")


def run_diff(places: Places, run_id: str | None) -> dict[str, Any]:
    """What the current run says otherwise than another one, by default the one before it.

    Raises BadInput where there are no two runs to compare, or one cannot be read.
    """
    now = current_run(places.published)
    if now is None:
        raise BadInput(f"nothing is published in {shown(places.home)}: run `warehouse build` first")
    before = _other(places, now, run_id)
    return compare(before, now)


def compare(before: Run, now: Run) -> dict[str, Any]:
    """The differences between two runs."""
    for run in (before, now):
        if run.damage:
            raise BadInput(f"run {run.run_id} is damaged: {run.damage}")
    try:
        with both(before.path / MARTS_FILE, now.path / MARTS_FILE) as con:
            accounts, largest = changed_accounts(con, ACCOUNTS)
            judged, largest_judged = changed_judgements(con, ACCOUNTS)
            figures = changed_months(con)
            closed = closed_months(con)
            sealed = set(before.manifest.get("seals") or {})
            return {
                "before": before.run_id,
                "now": now.run_id,
                "causes": causes(before.manifest, now.manifest),
                "new_months": new_months(con),
                "figures": figures,
                "sealed_months": sorted(sealed),
                "sealed_figures": [row for row in figures if _is_as_reported(row, sealed)],
                "closed_months": closed,
                "closed_figures": [row for row in figures if _is_as_reported(row, set(closed))],
                "accounts": accounts,
                "largest_accounts": largest,
                "counts": changed_counts(con),
                "judged_accounts": judged,
                "largest_judged_accounts": largest_judged,
                "marts": changed_marts(con),
            }
    except duckdb.Error as error:
        raise BadInput(f"the two runs cannot be compared ({reason(error)})") from None


def _is_as_reported(row: Mapping[str, Any], months: Set[str]) -> bool:
    return row["basis"] == "as_reported" and f"{row['month']:%Y-%m}" in months


def _other(places: Places, now: Run, run_id: str | None) -> Run:
    runs = [run for run in list_runs(places.published) if run.run_id != now.run_id]
    if run_id is not None:
        found = next((run for run in runs if run.run_id == run_id), None)
        if found is None:
            known = ", ".join(run.run_id for run in runs) or "none"
            raise BadInput(f"no other run is called {run_id!r} (runs: {known})")
        return found
    older = [run for run in runs if run.run_id < now.run_id]
    if not older:
        raise BadInput("there is no earlier run to compare with (`warehouse status` lists runs)")
    return max(older, key=lambda run: run.run_id)


def plain(value: Any) -> Any:
    """The differences as JSON has them."""
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return json_value(value)


def in_words(found: Mapping[str, Any]) -> list[str]:
    """The differences as lines of a page."""
    lines = [f"Run {found['now']} compared with {found['before']}", ""]
    lines += ["What was different when it was made", *_listed(found["causes"]), ""]
    if found["new_months"]:
        lines += [f"New months: {', '.join(found['new_months'])}", ""]
    lines += ["Figures of the whole company, in months that both have"]
    lines += _listed([_figure(row) for row in found["figures"]])
    lines += ["", *_sealed(found)] if found["sealed_months"] else []
    lines += ["", f"Accounts whose MRR differs: {found['accounts']:,}"]
    lines += _listed([_account(row) for row in found["largest_accounts"]], "")
    lines += judged_lines(found)
    lines += ["", f"Marts that differ: {len(found['marts'])}"]
    return lines + _listed([_mart(row) for row in found["marts"]], "")


def _sealed(found: Mapping[str, Any]) -> list[str]:
    months, figures = found["sealed_months"], found["sealed_figures"]
    if not figures:
        return [f"Sealed months: {len(months)}, none of their as-reported figures differs"]
    title = f"Sealed months: {len(months)}; as-reported figures that differ all the same"
    return [title, *_listed([_figure(row) for row in figures])]


def _listed(texts: list[str], nothing: str = "nothing") -> list[str]:
    if not texts:
        return [f"  {nothing}"] if nothing else []
    more = len(texts) - _SHOWN
    return [f"  {text}" for text in texts[:_SHOWN]] + ([f"  and {more} more"] if more > 0 else [])


def _figure(row: Mapping[str, Any]) -> str:
    amount = _percent if row["figure"] in _RATES else _number
    name = {"nrr": "NRR 12 months", "grr": "GRR 12 months"}.get(row["figure"])
    spoken = name or str(row["figure"]).replace("_", " ").replace("mrr", "MRR")
    month = f"{row['month']:%Y-%m}"
    return f"{month}  {row['basis']}  {spoken}: {amount(row['was'])} -> {amount(row['now'])}"


def _account(row: Mapping[str, Any]) -> str:
    name = row["account_name"] or row["account_id"]
    lines = ", ".join(str(line["contract_line_id"]) for line in row["lines"])
    months = f", {row['months']} months" if row["months"] > 1 else ""
    return (
        f"{name} ({row['account_id']}), {row['month']:%Y-%m}{months}: "
        f"{_number(row['was'])} -> {_number(row['now'])}" + (f", lines {lines}" if lines else "")
    )


def _mart(row: Mapping[str, Any]) -> str:
    if row.get("is_new") or row.get("is_gone"):
        return f"{row['mart']}: {'new' if row.get('is_new') else 'gone'}"
    columns = f", columns that one lacks: {', '.join(row['columns'])}" if row["columns"] else ""
    return (
        f"{row['mart']}: {row['rows_before']:,} -> {row['rows_now']:,} rows, "
        f"{row['rows_gone']:,} no more, {row['rows_new']:,} new or different{columns}"
    )


def _number(value: Decimal | float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"
