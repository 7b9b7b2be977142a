"""A random help desk as Zendesk exports it, and what its tickets truly are.

It knows nothing of the importer. The objects are those of the incremental exports and lists
(`PAGES`); other shapes of the same desk are made from them.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

PAGES = {
    "tickets": "https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/",
    "organizations": (
        "https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/"
    ),
    "users": "https://developer.zendesk.com/api-reference/ticketing/users/users/",
    "satisfaction_ratings": (
        "https://developer.zendesk.com/api-reference/ticketing/ticket-management/"
        "satisfaction_ratings/"
    ),
    "ticket_metrics": (
        "https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_metrics/"
    ),
}
CSV_PAGE = "https://support.zendesk.com/hc/en-us/articles/4408886165402"
TABLES_PAGE = "https://fivetran.com/docs/connectors/applications/zendesk"

Object = dict[str, Any]
SEVERITIES = {"urgent": 1, "high": 2, "normal": 3, "low": 4, None: None}
TYPES = {"question": "how_to", "incident": "bug", "problem": "bug", "task": None, None: None}
TAGS = {"billing": "billing", "limit": "limit", "vip": None}
FIELD = 360001


@dataclass(frozen=True)
class Ticket:
    """What a ticket is; `csat` is 0 for a bad rating and 1 for a good one."""

    organization: int | None
    opened: datetime
    closed: datetime | None
    severity: int | None
    topic: str | None
    csat: int | None


@dataclass
class Desk:
    """The exported objects and the truth about the tickets that are not deleted."""

    organizations: list[Object] = field(default_factory=list)
    users: list[Object] = field(default_factory=list)
    tickets: list[Object] = field(default_factory=list)
    ratings: list[Object] = field(default_factory=list)
    metrics: list[Object] = field(default_factory=list)
    truth: dict[int, Ticket] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def desk(seed: int, size: int = 60) -> Desk:
    """A random desk; the same seed gives the same one."""
    rng = Random(seed)
    made = Desk()
    for number in range(1, 9):
        made.organizations.append(
            {
                "id": 5000 + number,
                "name": f"Customer {number}",
                "external_id": f"A-{number}" if number % 2 else None,
                "created_at": "2022-01-05T09:30:00Z",
                "updated_at": "2024-02-01T10:00:00Z",
            }
        )
    for number in range(1, 21):
        agent = number > 16
        made.users.append(
            {
                "id": 900 + number,
                "name": f"Person {number}",
                "role": rng.choice(["agent", "admin"]) if agent else "end-user",
                "organization_id": None if agent else 5001 + number % 8,
                "external_id": f"u{number}" if number % 3 else None,
                "active": number != 3,
                "created_at": "2022-03-01T00:00:00Z",
                "updated_at": "2024-03-04T05:06:07Z",
            }
        )
    for number in range(1, size + 1):
        _ticket(made, rng, number)
    # A rating of a ticket that is no longer kept.
    made.ratings.append(_rating(7001, 999999, 901, "good", datetime(2023, 5, 6, 7, 8, 9)))
    made.answers[7001] = 1
    return made


def _ticket(made: Desk, rng: Random, number: int) -> None:
    opened = datetime(2023, 1, 1) + timedelta(seconds=rng.randrange(700 * 86400))
    solved = opened + timedelta(seconds=rng.randrange(60, 30 * 86400))
    changed = solved + timedelta(days=4)
    status = rng.choice(["new", "open", "pending", "hold", "solved", "closed", "closed", "deleted"])
    is_over = status in ("solved", "closed")
    requester = made.users[rng.randrange(16)]
    named = rng.random() < 0.8
    priority, kind = rng.choice(list(SEVERITIES)), rng.choice(list(TYPES))
    tags = rng.sample(sorted(TAGS), rng.randrange(3))
    stated = rng.choice([None, None, "higher_feature", "unheard_of"])
    score = rng.choice(["offered", "unoffered", "good", "bad", "good_with_comment"])
    if not is_over:
        score = "unoffered"
    ticket = {
        "id": number,
        "organization_id": requester["organization_id"] if named else None,
        "requester_id": requester["id"],
        "status": status,
        "priority": priority,
        "type": kind,
        "created_at": instant(opened),
        "updated_at": instant(changed),
        "tags": tags,
        "custom_fields": [{"id": 1, "value": "x"}, {"id": FIELD, "value": stated}],
        "satisfaction_rating": {"score": score.partition("_")[0]},
        "subject": f"Ticket {number}",
        "via": {"channel": "email"},
    }
    made.tickets.append(ticket)
    if is_over:
        made.metrics.append({"id": 80 + number, "ticket_id": number, "solved_at": instant(solved)})
    if score not in ("unoffered",):
        made.ratings.append(_rating(6000 + number, number, requester["id"], score, solved))
    if status == "deleted":
        return
    topics = [topic for tag in tags if (topic := TAGS[tag])]
    topic = {"higher_feature": "higher_feature", "unheard_of": None, None: None}[stated]
    topic = topic or (min(topics) if topics else TYPES[kind])
    made.truth[number] = Ticket(
        organization=requester["organization_id"],
        opened=opened,
        closed=solved if is_over else None,
        severity=SEVERITIES[priority],
        topic=topic or ("other" if stated else None),
        csat={"good": 1, "bad": 0}.get(score.partition("_")[0]),
    )


def _rating(number: int, ticket: int, requester: int, score: str, moment: datetime) -> Object:
    return {
        "id": number,
        "ticket_id": ticket,
        "requester_id": requester,
        "score": score,
        "created_at": instant(moment),
        "updated_at": instant(moment),
    }


def write_api(made: Desk, folder: Path) -> None:
    """Answers of the API: one list object a file."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {
        "tickets": made.tickets,
        "organizations": made.organizations,
        "users": made.users,
        "satisfaction_ratings": made.ratings,
        "ticket_metrics": made.metrics,
    }
    for name, rows in lists.items():
        page = {name: rows, "count": len(rows), "next_page": None, "end_of_stream": True}
        (folder / f"{name}.json").write_text(json.dumps(page), encoding="utf-8")


def write_tables(made: Desk, folder: Path) -> None:
    """Tables of a connector, see `TABLES_PAGE`: tags and histories of fields apart."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = ("tags", "custom_fields", "satisfaction_rating", "via")
    tickets, tags, history = [], [], []
    solved = {row["ticket_id"]: row["solved_at"] for row in made.metrics}
    for ticket in made.tickets:
        number, moment = ticket["id"], ticket["updated_at"]
        tickets.append({name: value for name, value in ticket.items() if name not in lists})
        tags += [{"ticket_id": number, "tag": tag} for tag in ticket["tags"]]
        values = {
            "status": ticket["status"],
            "satisfaction_score": ticket["satisfaction_rating"]["score"],
            str(FIELD): ticket["custom_fields"][1]["value"],
        }
        if number in solved:
            history.append(_change(number, "status", "solved", solved[number]))
            values["status"] = "closed"
        for name, value in values.items():
            if value is not None:
                history.append(_change(number, name, value, moment))
    _write(folder / "ticket.csv", tickets)
    _write(folder / "ticket_tag.csv", tags)
    _write(folder / "ticket_field_history.csv", history)
    _write(folder / "organization.csv", made.organizations)
    _write(folder / "user.csv", made.users)
    _write(folder / "satisfaction_rating.csv", made.ratings)


def _change(ticket: int, name: str, value: str, moment: str) -> Object:
    return {
        "ticket_id": ticket,
        "field_name": name,
        "value": value,
        "updated": moment.replace("T", " ").removesuffix("Z"),
        "user_id": 917,
    }


def write_admin_csv(made: Desk, path: Path) -> None:
    """The CSV of Admin Center, see `CSV_PAGE`; organizations by their names."""
    names = {row["id"]: row["name"] for row in made.organizations}
    solved = {row["ticket_id"]: row["solved_at"] for row in made.metrics}
    _write(
        path,
        [
            {
                "Id": ticket["id"],
                "Requester id": ticket["requester_id"],
                "Tags": " ".join(ticket["tags"]),
                "Status": ticket["status"].title(),
                "Priority": (ticket["priority"] or "-").title().replace("-", ""),
                "Ticket type": (ticket["type"] or "").title(),
                "Created at": ticket["created_at"].replace("T", " ").removesuffix("Z"),
                "Updated at": ticket["updated_at"].replace("T", " ").removesuffix("Z"),
                "Organization": names[made.truth[ticket["id"]].organization],
                "Solved at": solved.get(ticket["id"], "").replace("T", " ").removesuffix("Z"),
                "Satisfaction Score": {"good": "Good", "bad": "Bad", "offered": "Offered"}.get(
                    ticket["satisfaction_rating"]["score"], "Not Offered"
                ),
            }
            for ticket in made.tickets
            if ticket["id"] in made.truth
        ],
    )


def _write(path: Path, rows: list[Object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
