"""Zendesk exports of invented help desks: every shape gives the tickets that the desk knows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

import imported_book
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports import zendesk
from exports.zendesk import Desk, Ticket


def bring_in(export: Path, raw: Path, **options: str) -> ImportSummary:
    return run_import("zendesk", export, raw, told=ImportOptions(options=options))


def tickets(raw: Path) -> dict[int, tuple[str, Ticket]]:
    """The imported tickets and their accounts, in the words of the desk."""
    found = {}
    for row in imported_book.table(raw, "support_tickets"):
        if row["csat"] is not None:
            assert (row["scale_min"], row["scale_max"]) == (0, 1)
        number = int(str(row["ticket_id"]))
        assert number not in found
        found[number] = (
            str(row["account_id"]),
            Ticket(
                None,
                plain(row["opened_at"]),
                plain(row["closed_at"]) if row["closed_at"] else None,
                row["severity"],
                row["topic"],
                None if row["csat"] is None else int(row["csat"]),
            ),
        )
    return found


def plain(moment: Any) -> datetime:
    text = str(moment).removesuffix("Z").removesuffix("+00:00")
    return datetime.fromisoformat(text)


def known(desk: Desk, account: Callable[[int], str]) -> dict[int, tuple[str, Ticket]]:
    return {
        number: (account(ticket.organization or 0), replace(ticket, organization=None))
        for number, ticket in desk.truth.items()
    }


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("write", "layout"), [(zendesk.write_api, "api"), (zendesk.write_tables, "tables")]
)
def test_every_ticket_arrives_as_the_desk_knows_it(
    write: Callable[[Desk, Path], None], layout: str, seed: int, tmp_path: Path
) -> None:
    desk = zendesk.desk(seed)
    write(desk, tmp_path / "export")
    done = bring_in(tmp_path / "export", tmp_path / "raw", topic_field=str(zendesk.FIELD))
    assert done.layout == layout
    assert tickets(tmp_path / "raw") == known(desk, str)
    answers = imported_book.table(tmp_path / "raw", "survey_responses")
    assert {int(str(row["response_id"])): int(row["score"]) for row in answers} == desk.answers
    people = imported_book.table(tmp_path / "raw", "contacts")
    assert {row["contact_id"]: row["account_id"] for row in people} == {
        str(user["id"]): str(user["organization_id"])
        for user in desk.users
        if user["role"] == "end-user"
    }
    assert [row["contact_id"] for row in people if row["left_on"]] == ["903"]
    staff = imported_book.table(tmp_path / "raw", "users")
    assert {row["user_id"] for row in staff} == {
        user["external_id"] or str(user["id"]) for user in desk.users if user["role"] != "end-user"
    }
    assert {row["kind"] for row in staff} == {"internal"}


def test_organizations_are_accounts_by_the_key_that_is_stated(tmp_path: Path) -> None:
    desk = zendesk.desk(3)
    zendesk.write_api(desk, tmp_path / "export")
    bring_in(
        tmp_path / "export",
        tmp_path / "raw",
        account_id_from="external_id",
        topic_field=str(zendesk.FIELD),
    )
    ids = {row["id"]: row["external_id"] or str(row["id"]) for row in desk.organizations}
    assert tickets(tmp_path / "raw") == known(desk, lambda number: ids[number])
    accounts = imported_book.table(tmp_path / "raw", "accounts")
    assert {row["account_id"] for row in accounts} == set(ids.values())
    assert not imported_book.table(tmp_path / "raw", "contract_lines")


def test_the_csv_of_the_admin_center_names_organizations(tmp_path: Path) -> None:
    desk = zendesk.desk(4)
    zendesk.write_admin_csv(desk, tmp_path / "export" / "tickets.csv")
    done = bring_in(tmp_path / "export", tmp_path / "raw")
    assert done.layout == "admin_csv"
    names = {row["id"]: row["name"] for row in desk.organizations}
    found = tickets(tmp_path / "raw")
    for number, (account, ticket) in known(desk, lambda number: names[number]).items():
        # The file has no topic field.
        assert found[number] == (account, replace(ticket, topic=found[number][1].topic))


def test_a_new_state_of_a_ticket_is_its_next_version_and_a_repeated_row_arrives(
    tmp_path: Path,
) -> None:
    desk = zendesk.desk(5, size=1)
    first = {**desk.tickets[0], "status": "open", "updated_at": "2024-12-24T00:00:00Z"}
    last = {**first, "status": "solved", "updated_at": "2025-01-02T03:04:05Z"}
    broken = {**first, "id": 77, "created_at": "soon", "priority": "asap"}
    desk.tickets, desk.metrics, desk.ratings = [first, last, last, broken], [], []
    zendesk.write_api(desk, tmp_path / "export")
    bring_in(tmp_path / "export", tmp_path / "raw")
    rows = imported_book.table(tmp_path / "raw", "support_tickets")
    closed = sorted(str(row["closed_at"])[:10] for row in rows if row["ticket_id"] == "1")
    assert closed == ["2025-01-02", "2025-01-02", "None"]
    assert all(row["recorded_at"] for row in rows if row["ticket_id"] == "1")
    assert [(row["opened_at"], row["severity"]) for row in rows if row["ticket_id"] == "77"] == [
        ("soon", "asap")
    ]


def test_a_rating_from_one_to_five_keeps_its_scale(tmp_path: Path) -> None:
    desk = zendesk.desk(6, size=1)
    desk.tickets[0] |= {"status": "solved", "satisfaction_rating": {"score": "offered"}}
    desk.ratings = [zendesk._rating(1, 1, 901, "4", datetime(2024, 1, 1))]
    zendesk.write_api(desk, tmp_path / "export")
    done = bring_in(tmp_path / "export", tmp_path / "raw")
    (row,) = imported_book.table(tmp_path / "raw", "support_tickets")
    assert (row["csat"], row["scale_min"], row["scale_max"]) == (4, 1, 5)
    assert not imported_book.table(tmp_path / "raw", "survey_responses")
    lost = {loss.reason: loss.rows for loss in done.losses if loss.what == "satisfaction_ratings"}
    assert lost == {"nobody answered": 0, "its ticket carries it": 1}


def test_pages_of_a_list_are_parts_of_it(tmp_path: Path) -> None:
    desk = zendesk.desk(7, size=8)
    zendesk.write_api(desk, tmp_path / "export")
    (tmp_path / "export" / "tickets.json").unlink()
    pages = tmp_path / "export" / "tickets"
    pages.mkdir()
    for number in (0, 4):
        page = {"tickets": desk.tickets[number : number + 4], "end_time": 1700000000}
        (pages / f"{number:03d}.json").write_text(json.dumps(page))
    bring_in(tmp_path / "export", tmp_path / "raw", topic_field=str(zendesk.FIELD))
    assert tickets(tmp_path / "raw") == known(desk, str)


@pytest.mark.parametrize("write", [zendesk.write_api, zendesk.write_tables])
def test_the_order_of_rows_changes_no_byte(
    write: Callable[[Desk, Path], None], tmp_path: Path
) -> None:
    digests = []
    for name in ("as written", "shuffled"):
        desk = zendesk.desk(8)
        if name == "shuffled":
            for rows in (desk.tickets, desk.organizations, desk.users, desk.ratings, desk.metrics):
                Random(3).shuffle(rows)
        write(desk, tmp_path / name)
        raw = tmp_path / f"raw {name}"
        bring_in(tmp_path / name, raw, topic_field=str(zendesk.FIELD))
        digests.append(
            {
                path.relative_to(raw).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in raw.rglob("*.parquet")
            }
        )
    assert digests[0] == digests[1]
    assert len(digests[0]) >= 5
