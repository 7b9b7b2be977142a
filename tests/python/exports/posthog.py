"""A random book of use as PostHog exports it, with what it means.

Fields as on https://posthog.com/docs/data-pipelines/batch-exports/s3, properties as on
https://posthog.com/docs/data/events and https://posthog.com/docs/product-analytics/group-analytics.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]

FIRST = datetime(2025, 1, 1)
EVENTS = (
    *("report created", "export started", "user_logged_in"),
    *("$pageview", "$autocapture", "$identify", "$feature_flag_called"),
)
LEFT_OUT = {"$pageview": "page", "$autocapture": "autocapture"}


@dataclass
class Use:
    """Events and persons, and the truth: who used what, by event id; what is left out and why."""

    events: list[Row] = field(default_factory=list)
    persons: list[Row] = field(default_factory=list)
    truth: dict[str, tuple[str, str | None, str, str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    internal: set[str] = field(default_factory=set)

    def active_users(self) -> dict[tuple[str, str], int]:
        """People by account and month (UTC)."""
        found = defaultdict(set)
        for account, user, _, moment in self.truth.values():
            if user:
                found[account, moment[:7]].add(user)
        return {key: len(users) for key, users in found.items()}


def random_use(seed: int, *, people: int = 12, events: int = 300) -> Use:
    """Identified and anonymous people, in groups, on real hosts and on a developer's machine."""
    dice = random.Random(seed)
    use = Use()
    for number in range(people):
        staff = dice.random() < 0.2
        email = f"p{number}@{'our.example' if staff else 'other.example'}"
        use.internal |= {f"p{number}"} if staff else set()
        use.persons.append(
            {
                "team_id": 1,
                "distinct_id": f"p{number}",
                "person_id": f"person-{number}",
                "properties": {"email": email, "name": "Somebody"},
                "is_deleted": False,
            }
        )
    for number in range(events):
        _event(dice, use, number, people)
    dice.shuffle(use.events)
    return use


def _event(dice: random.Random, use: Use, number: int, people: int) -> None:
    event = dice.choice(EVENTS)
    person = dice.randrange(people)
    anonymous = dice.random() < 0.3
    device = f"0190{number % 7:04}-device"
    account = f"ACC-{dice.randrange(4)}" if dice.random() < 0.8 else None
    test = dice.random() < 0.1
    moment = FIRST + timedelta(milliseconds=dice.randrange(1000 * 60 * 60 * 24 * 150))
    host = "localhost:8000" if test else "app.our.example"
    properties: Row = {"$host": host, "$device_id": device, "$is_identified": not anonymous}
    if account is not None:
        stated = {"$group_0": account}
        properties |= {"$groups": {"company": account}} if dice.random() < 0.5 else stated
    uuid = f"0190aaaa-{number:012}"
    use.events.append(
        {
            "uuid": uuid,
            "event": event,
            "distinct_id": device if anonymous else f"p{person}",
            "person_id": f"person-{person}",
            "properties": properties,
            "person_properties": {},
            "timestamp": moment.isoformat() + "+00:00",
            "created_at": (moment + timedelta(seconds=2)).isoformat() + "+00:00",
        }
    )
    if test:
        use.left_out["test"] += 1
    elif event.startswith("$"):
        use.left_out[LEFT_OUT.get(event, "system")] += 1
    elif account is None:
        use.left_out["no account"] += 1
    else:
        feature = "login" if event == "user_logged_in" else event
        user = None if anonymous else f"p{person}"
        use.truth[uuid] = (account, user, feature, moment.isoformat() + "Z")


def write_use(use: Use, folder: Path, form: str = "jsonl") -> Path:
    """JSON lines nest what Parquet has as text."""
    folder.mkdir(parents=True)
    for name, rows in (("events", use.events), ("persons", use.persons)):
        lines = folder / f"{name}.jsonl"
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        if form == "parquet":
            texts = ", ".join(_typed(column, value) for column, value in rows[0].items())
            duckdb.execute(
                f"copy (select {texts} from read_json('{lines}', columns = {_columns(rows[0])})) "
                f"to '{folder}/{name}.parquet'"
            )
            lines.unlink()
    return folder


def _columns(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{column}: 'json'" for column in row) + "}"


def _typed(column: str, value: Any) -> str:
    if column in ("timestamp", "created_at"):
        return f"cast({column} ->> '$' as timestamptz) as {column}"
    text = column if isinstance(value, dict) else f"{column} ->> '$'"
    return f"cast({text} as {'boolean' if isinstance(value, bool) else 'varchar'}) as {column}"
