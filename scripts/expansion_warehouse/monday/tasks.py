"""`calls.csv`: one row for each thing to do, ready to become a task in a CRM."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from expansion_warehouse.monday.names import owner_name
from expansion_warehouse.monday.offers import offer_in_words
from expansion_warehouse.monday.pack import OFFER_READY, Pack, alert_in_words, due_on
from expansion_warehouse.monday.words import cell, spoken

COLUMNS = (
    *("task_id", "rank", "owner", "owner_role", "priority", "due_on", "subject", "description"),
    *("account_id", "account_name", "kind", "topic", "since", "mrr", "adds_mrr"),
    *("expected_value", "currency"),
)
# As CRMs name them.
_PRIORITIES = {"high": "High", "medium": "Normal"}
# What CRMs take as a subject, less what makes it safe for a spreadsheet.
_SUBJECT = 250


def tasks(pack: Pack) -> list[dict[str, Any]]:
    """Open alerts account by account in the order of the calls, then offers by their place."""
    rows = [*_alerts(pack), *_offers(pack)]
    common = {"due_on": due_on(pack), "currency": pack.facts.currency}
    return [
        {name: {**row, **common, "rank": rank}.get(name) for name in COLUMNS}
        for rank, row in enumerate(rows, start=1)
    ]


def tasks_csv(rows: list[dict[str, Any]]) -> str:
    """The same as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(row[name]) for name in COLUMNS] for row in rows)
    return out.getvalue()


def _alerts(pack: Pack) -> Iterator[dict[str, Any]]:
    for call in pack.calls:
        for alert in call.alerts:
            yield {
                "task_id": alert["alert_id"],
                "owner": call.owner,
                "owner_role": alert["owner_role"],
                "priority": _PRIORITIES.get(alert["severity"], "Low"),
                "subject": _subject(call.account_name, alert_in_words(alert)),
                "description": _joined(alert["sentence"], alert["what_to_do"]),
                "account_id": call.account_id,
                "account_name": call.account_name,
                "kind": "alert",
                "topic": alert["alert_kind"],
                "since": alert["began_on"],
                "mrr": alert["mrr"],
            }


def _offers(pack: Pack) -> Iterator[dict[str, Any]]:
    ready = {
        row["account_id"]: row["began_on"]
        for row in pack.marts.alerts
        if row["is_open"] and row["alert_kind"] == OFFER_READY
    }
    for item in pack.offers:
        row = item.row
        words = offer_in_words(row, pack.marts)
        is_sales = row["owner_role"] == "sales"
        yield {
            "task_id": f"{row['account_id']}|{row['offer_id']}",
            "owner": owner_name(item.owner),
            "owner_role": "sales" if is_sales else "csm",
            "priority": "Normal",
            "subject": _subject(row["account_name"] or row["account_id"], words),
            "description": _joined(row["sentence"], f"How: {spoken(row['play'])}."),
            "account_id": row["account_id"],
            "account_name": row["account_name"],
            "kind": "offer",
            "topic": row["offer_class"],
            "since": ready.get(row["account_id"]),
            "adds_mrr": row["delta_mrr"],
            "expected_value": row["expected_value"],
        }


def _subject(account: str, text: str) -> str:
    return f"{account}: {text}"[:_SUBJECT]


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
