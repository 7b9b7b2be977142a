"""`digest.json`: the pack for programs, with a text for a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expansion_warehouse.monday.changes import Change, Changes
from expansion_warehouse.monday.marts import Row
from expansion_warehouse.monday.names import shown_owner
from expansion_warehouse.monday.pack import RENEWAL_DAYS, Owned, Pack
from expansion_warehouse.monday.words import amount, chat, counted, day, json_value

# What makes a folder recognisable as a pack.
KIND = "monday pack"
VERSION = 1
# Calls that a chat names before people stop reading.
_NAMED = 5

_ACCOUNT = (
    *("account_id", "account_name", "mrr", "health_band", "health_score", "last_contacted_on"),
    *("next_renewal_on", "is_renewal_due", "has_cancel_notice", "last_proposed_on"),
    "open_proposals",
)
_ALERT = (
    *("alert_id", "account_id", "account_name", "alert_kind", "severity", "sentence"),
    *("what_to_do", "owner_role", "owner", "mrr", "began_on", "ended_on"),
)


def digest(
    pack: Pack, files: Mapping[str | None, str], tasks: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The whole pack as JSON has it; `files` are the pages of owners."""
    facts, since = pack.facts, pack.since
    return {
        "kind": KIND,
        "version": VERSION,
        "as_of_date": json_value(facts.as_of),
        "known_at": facts.known_at,
        "currency": facts.currency,
        "text": chat_text(pack, "the team"),
        "owners": [_owner(pack.of(owner), owner, files) for owner in pack.owners],
        "tasks": [_plain(task) for task in tasks],
        "last_seven_days": _changes(pack.week),
        "since_the_run_before": {
            "as_of_date": json_value(since.as_of),
            "not_compared": since.why_not,
            **_changes(since.changes),
            "health_bands": [_change(change) for change in since.changes.bands],
            "mrr_in_force": [_change(change) for change in since.changes.mrr],
        },
        "renewals": [_owned(item) for item in pack.renewals],
        "offers": [{**_plain(item.row), "owner": item.owner} for item in pack.offers],
        "rescue": [
            {**_part(item.row, _ACCOUNT), "owner": item.owner, "reasons": list(item.reasons)}
            for item in pack.rescue
        ],
        "do_not_call": [_owned(item) for item in pack.silent],
        "done": [{**_plain(deed.row), "what_followed": deed.followed} for deed in pack.deeds],
        "evidence": [_plain(row) for row in pack.marts.evidence],
        "warnings": list(facts.warnings),
        "absent_marts": sorted(pack.marts.absent),
    }


def chat_text(pack: Pack, whose: str) -> str:
    """A few lines for a chat."""
    money = pack.facts.currency
    named = [
        f"{place}. {chat(call.account_name)} ({chat(shown_owner(call.owner))}, "
        f"{money} {amount(call.mrr)}): {chat(call.alerts[0]['sentence'])}"
        for place, call in enumerate(pack.first_calls[:_NAMED], start=1)
    ]
    more = len(pack.first_calls) - len(named)
    return "\n".join(
        [
            f"Monday, {chat(whose)}, as of {day(pack.facts.as_of)}: "
            f"{counted(len(pack.first_calls), 'account')} to call first, "
            f"{counted(len(pack.renewals), 'renewal')} in {RENEWAL_DAYS} days, "
            f"{counted(len(pack.offers), 'offer')} ready, "
            f"{counted(len(pack.rescue), 'account')} to rescue.",
            *named,
            *([f"and {more:,} more"] if more > 0 else []),
        ]
    )


def _owner(part: Pack, owner: str | None, files: Mapping[str | None, str]) -> dict[str, Any]:
    return {
        "owner": owner,
        "page": f"owners/{files[owner]}",
        "first_calls": len(part.first_calls),
        "renewals": len(part.renewals),
        "offers": len(part.offers),
        "rescue": len(part.rescue),
        "text": chat_text(part, shown_owner(owner)),
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "began": [_part(row, _ALERT) for row in changes.began],
        "ended": [_part(row, _ALERT) for row in changes.ended],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "account_id": change.account["account_id"],
        "account_name": change.account["account_name"],
        "owner": change.owner,
        "was": json_value(change.was),
        "now": json_value(change.now),
    }


def _owned(item: Owned) -> dict[str, Any]:
    return {**_part(item.row, _ACCOUNT), "owner": item.owner}


def _part(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    return {name: json_value(row[name]) for name in columns}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_value(value) for name, value in row.items()}
