"""A random book of use as Segment writes it into a warehouse, with what it means.

Tables and columns as on https://www.twilio.com/docs/segment/connections/storage/warehouses/schema;
the login is the event of https://www.twilio.com/docs/segment/connections/spec/b2b-saas.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

Row = dict[str, str | None]

FIRST = datetime(2025, 1, 1)
FEATURES = ("report_created", "export_started", "signed_in")


@dataclass
class Use:
    """The tables, and the truth: who used what, by event id; what is left out, by reason."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, tuple[str, str | None, str, str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    internal: set[str] = field(default_factory=set)

    def active_users(self) -> dict[tuple[str, str], int]:
        """People by account and month (UTC)."""
        found = defaultdict(set)
        for account, user, _, moment in self.events.values():
            if user:
                found[account, moment[:7]].add(user)
        return {key: len(users) for key, users in found.items()}


def random_use(seed: int, *, users: int = 12, calls: int = 300) -> Use:
    """People who join accounts, change them, and work before and after."""
    dice = random.Random(seed)
    use = Use()
    joined: dict[str, list[tuple[datetime, str]]] = {}
    for number in range(users):
        user = f"user-{number}"
        joined[user] = []
        staff = dice.random() < 0.2
        use.internal |= {user} if staff else set()
        use.tables["users"].append(
            {"id": user, "email": f"{user}@{'our.example' if staff else 'other.example'}"}
        )
        for _ in range(dice.randrange(3)):
            moment = FIRST + timedelta(minutes=dice.randrange(60 * 24 * 120))
            if moment in {known for known, _ in joined[user]}:
                continue
            account = f"ACC-{dice.randrange(4)}"
            joined[user].append((moment, account))
            use.tables["groups"].append(
                {
                    "id": f"grp-{len(use.tables['groups'])}",
                    "user_id": user,
                    "group_id": account,
                    **_moments(dice, moment),
                }
            )
    for number in range(calls):
        _call(dice, use, number, joined)
    for rows in use.tables.values():
        dice.shuffle(rows)
    return use


def _call(
    dice: random.Random, use: Use, number: int, joined: Mapping[str, list[tuple[datetime, str]]]
) -> None:
    table = dice.choice(("tracks", "tracks", "tracks", "pages", "screens"))
    user = dice.choice([*joined, None])
    moment = FIRST + timedelta(seconds=dice.randrange(60 * 60 * 24 * 150))
    stated = f"ACC-{dice.randrange(4)}" if dice.random() < 0.4 else None
    event = dice.choice(FEATURES)
    row = {
        "id": f"ajs-{number}",
        "anonymous_id": f"anon-{dice.randrange(9)}",
        "user_id": user,
        "context_group_id": stated,
        **_moments(dice, moment),
    }
    named = {"event": event, "event_text": event.replace("_", " ").title()}
    use.tables[table].append({**row, **(named if table == "tracks" else {"name": "Home"})})
    known = [pair for pair in joined.get(user or "", []) if pair[0] <= moment]
    account = stated or (max(known)[1] if known else None)
    if table != "tracks":
        use.left_out[table] += 1
    elif account is None:
        use.left_out["no account"] += 1
    else:
        feature = "login" if event == "signed_in" else event
        use.events[f"ajs-{number}"] = (account, user, feature, moment.isoformat() + "Z")


def _moments(dice: random.Random, moment: datetime) -> Row:
    """The clock of the device is off; `timestamp` is put right by what is known of it."""
    received = moment + timedelta(seconds=dice.randrange(5))
    off = moment + timedelta(hours=dice.randrange(-30, 30))
    return {
        "timestamp": str(moment),
        "original_timestamp": str(off),
        "sent_at": str(off),
        "received_at": str(received),
    }


def write_use(tables: Mapping[str, list[Row]], folder: Path, form: str = "csv") -> Path:
    """One file per table, in the order of its rows."""
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        file = folder / f"{name}.{form}"
        if form == "jsonl":
            file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            continue
        text = folder / f"{name}.csv"
        with text.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        if form == "parquet":
            typed = f"select * from read_csv('{text}', auto_detect = true)"
            duckdb.execute(f"copy ({typed}) to '{file}'")
            text.unlink()
    return folder
