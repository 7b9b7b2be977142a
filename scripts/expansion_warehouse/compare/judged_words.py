"""What two runs count and judge otherwise, as lines of a page of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from textwrap import wrap
from typing import Any

from expansion_warehouse.compare.accounts import FIRST_OFFER, SCORE
from expansion_warehouse.monday.words import NOTHING, spoken
from expansion_warehouse.printable import printable_line

_WIDTH = 80
_SHOWN = 12
_SIDES = ("was", "now")
_TITLES = {
    "health_band_accounts": "Accounts by health band",
    "health_band_mrr": "MRR by health band",
    "rfm_segment_accounts": "Accounts by RFM segment",
    "customer_tier_accounts": "Accounts by customer tier",
    "offers": "Offers",
    "blocked_offers": "Offers by what blocks them",
    "open_alerts": "Open alerts by kind",
}
_NAMES = {
    "health_band": "health",
    SCORE: "score",
    FIRST_OFFER: "first offer",
    "rfm_segment_by_billing": "RFM by billing",
    "rfm_segment_by_value_event": "RFM by value event",
    "customer_tier": "tier",
    "open_alerts": "alerts",
}


def judged_lines(found: Mapping[str, Any]) -> list[str]:
    """Sections of what differs; nothing where nothing does."""
    if not found["counts"] and not found["judged_accounts"]:
        return []
    lines = []
    for subject, rows in groupby(found["counts"], key=itemgetter("subject")):
        lines += ["", *_count_lines(_TITLES[subject], list(rows))]
    total, shown = found["judged_accounts"], found["largest_judged_accounts"][:_SHOWN]
    if total:
        lines += ["", f"Accounts whose health, offer, segment, tier or alerts differ: {total:,}"]
        for account in shown:
            lines += _account_lines(account)
        lines += [f"  and {total - len(shown):,} more"] if total > len(shown) else []
    return [*lines, "", *_closed_lines(found)]


def _count_lines(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The newest month in full, and how many others differ."""
    newest = rows[0]["month"]
    months = {row["month"] for row in rows}
    yield f"{title}, as of the day" if newest is None else f"{title}, {newest:%Y-%m}"
    for row in rows:
        if row["month"] == newest:
            yield f"  {_said(row['value'])}: {row['was']:,.0f} -> {row['now']:,.0f}"
    if len(months) > 1:
        others = len(months) - 1
        yield f"  and {others} earlier month{'' if others == 1 else 's'} (all with --json)"


def _account_lines(account: Mapping[str, Any]) -> Iterator[str]:
    """An account with everything that differs of it."""
    name = account["account_name"] or account["account_id"]
    mrr = "" if account["mrr"] is None else f", MRR {account['mrr']:,.0f}"
    yield from _wrapped(printable_line(f"{name} ({account['account_id']}){mrr}"), 2)
    for change in account["changes"]:
        was, now = _value(change, "was"), _value(change, "now")
        yield from _wrapped(f"{_NAMES[change['what']]}: {was} -> {now}{_because(change)}", 4)


def _because(change: Mapping[str, Any]) -> str:
    """The component that differs most, or what the guards of the offer say."""
    if component := change.get("component"):
        was, now = (NOTHING if component[side] is None else component[side] for side in _SIDES)
        return f" ({_said(component['component'])} {was} -> {now} points)"
    if guards := change.get("guards"):
        was, now = (_blocked(guards[side]) for side in _SIDES)
        # Of the offer that was first; of the one that is, where that one has not changed.
        which = "" if guards["offer_id"] == (change["was"] or change["now"]) else "the new one "
        return f" ({which}{was} -> {now})"
    return ""


def _blocked(reasons: str | None) -> str:
    if reasons is None:
        return "not listed"
    return f"blocked: {_said(reasons.replace('|', ', '))}" if reasons else "free"


def _value(change: Mapping[str, Any], side: str) -> str:
    value = change[side]
    if value is None:
        return NOTHING
    return printable_line(value) if change["what"] == FIRST_OFFER else _said(value)


def _closed_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What a changed rule cannot move, and what it can."""
    if closed := found["closed_months"]:
        moved = len({row["month"] for row in found["closed_figures"]})
        what = (
            f"as-reported figures of {moved} differ"
            if moved
            else "as-reported figures are the same"
        )
        yield f"Closed months: {len(closed)}, {what}"
    yield "Health, segments, tiers, offers and alerts are never sealed"


def _said(value: object) -> str:
    return printable_line(spoken(value))


def _wrapped(text: str, indent: int) -> list[str]:
    return wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )
