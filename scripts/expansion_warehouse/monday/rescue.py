"""Red accounts that may be talked to, with the reasons why they are red."""

from __future__ import annotations

from dataclasses import dataclass

from expansion_warehouse.monday.marts import Marts, Row
from expansion_warehouse.monday.names import owner_name
from expansion_warehouse.monday.words import counted


@dataclass(frozen=True)
class Rescue:
    """A red account, whose it is, and what is wrong."""

    owner: str | None
    row: Row
    reasons: tuple[str, ...]


def rescues(marts: Marts) -> list[Rescue]:
    """Every red account in force whose people may be contacted, the largest first."""
    weak: dict[str, list[str]] = {}
    for row in marts.weak:
        weak.setdefault(row["account_id"], []).append(row["explanation"])
    drops = {row["account_id"]: _drop(row) for row in marts.drops}
    red = [
        row for row in marts.accounts if row["health_band"] == "red" and not row["do_not_contact"]
    ]
    red.sort(key=lambda row: (-(row["mrr"] or 0), row["account_id"]))
    return [
        Rescue(
            owner_name(row["csm_owner"], row["sales_owner"]),
            row,
            (
                *_of_the_day(row),
                *drops.get(row["account_id"], ()),
                *weak.get(row["account_id"], ()),
            ),
        )
        for row in red
    ]


def _of_the_day(row: Row) -> list[str]:
    """What is wrong on the day, in sentences."""
    severe = row["severe_tickets"] or 0
    tickets = counted(severe, "open ticket")
    found = {
        "Notice is given.": row["has_cancel_notice"],
        f"An invoice is overdue since {row['overdue_since']}.": row["overdue_since"],
        f"{tickets} of severity 1 or 2, the oldest ticket of {row['oldest_ticket_on']}.": severe,
        f"Nobody has used anything since {row['quiet_since']}.": row["quiet_since"],
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _drop(row: Row) -> list[str]:
    """How far the score fell by the last month-end."""
    fell = {"one month": row["delta_1m"], "three": row["delta_3m"]}
    said = [f"{delta:+} points in {span}" for span, delta in fell.items() if delta is not None]
    return [f"The health score fell: {', '.join(said)}."] if said else []
