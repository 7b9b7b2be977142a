"""`warehouse import hubspot` on random portals, whose truth was noted while they were made."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports import crm
from exports.hubspot import Portal, make, write, write_index_pages

COMPANIES = 6


@dataclass(frozen=True)
class Imported:
    """One portal, the raw folder that it became, and what the import said."""

    portal: Portal
    raw: Path
    summary: ImportSummary

    def lost(self) -> dict[str, tuple[int, dict[str, str]]]:
        """Rows and money that were left out, by the reason's first words."""
        return {
            f"{loss.what}: {loss.reason.partition(',')[0].partition(':')[0]}": (
                loss.rows or 0,
                loss.money,
            )
            for loss in self.summary.losses
            if loss.kind == "rows" and loss.rows
        }


def imported(portal: Portal, place: Path, export: Path, **options: str) -> Imported:
    raw = place / "raw"
    told = ImportOptions(options={"currency": "EUR", **options})
    return Imported(portal, raw, run_import("hubspot", export, raw, told=told))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """A portal in the tables of a connector."""
    place = tmp_path_factory.mktemp("tables")
    portal = make(3, COMPANIES)
    return imported(portal, place, write(portal, place / "export"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Another one, with properties by their names alone."""
    place = tmp_path_factory.mktemp("plain")
    portal = make(4, COMPANIES)
    return imported(portal, place, write(portal, place / "export", prefix=False))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The first one as exports of its index pages."""
    place = tmp_path_factory.mktemp("pages")
    portal = make(3, COMPANIES)
    return imported(portal, place, write_index_pages(portal, place / "export"))


@pytest.mark.parametrize("export", ["tables", "plain", "pages"])
def test_mrr_of_every_month_is_what_was_sold(export: str, request: pytest.FixtureRequest) -> None:
    case: Imported = request.getfixturevalue(export)
    assert case.summary.layout == ("exports" if export == "pages" else "tables")
    result = crm.computed(case.raw, "EUR", date(2027, 1, 31))
    assert result.rejected == []
    ends = crm.month_ends(2023, 2026)
    assert {end: crm.mrr(result, end) for end in ends} == {
        end: case.portal.mrr(end) for end in ends
    }
    assert len({company for end in ends for company in case.portal.mrr(end)}) == COMPANIES
    assert any(sold.last is None for sold in case.portal.sold)


@pytest.mark.parametrize("export", ["tables", "plain"])
def test_rows_arrive_or_are_listed(export: str, request: pytest.FixtureRequest) -> None:
    case: Imported = request.getfixturevalue(export)
    lines = crm.read(case.raw, "contract_lines")
    assert len(lines) == len(case.portal.tables["line_item"]) - COMPANIES
    assert (
        sum(row["unit_price"] for row in lines if row["charge_type"] == "one_time")
        == 700 * COMPANIES
    )
    money = {"EUR": f"{1200 * COMPANIES}.00"}
    assert case.lost() == {
        "accounts: deleted in HubSpot": (1, {}),
        "line_items: its deal is not won": (COMPANIES, {"EUR": f"{300 * COMPANIES}.00"}),
        "won_without_lines: a won deal without line items does not say what was sold": (
            COMPANIES,
            {"EUR": f"{77 * COMPANIES}.00"},
        ),
        "deals: deleted in HubSpot": (COMPANIES, money),
        "deals: merged into another deal": (COMPANIES, money),
        "deals: its type is no offer to a customer (new business": (COMPANIES, money),
        "activities: a task that is not done": (COMPANIES, {}),
        "activities: an e-mail that came in": (COMPANIES, {}),
        "activities: belongs to no company": (COMPANIES, {}),
        "contacts: no buying role that `contact_roles` knows": (COMPANIES, {}),
        "email_events: HubSpot filters it out (a machine": (COMPANIES, {}),
        "email_events: neither an opened e-mail nor a click": (COMPANIES, {}),
    }


def test_deals_become_proposals(tables: Imported) -> None:
    deals = {row["deal_id"]: row for row in tables.portal.tables["deal"]}
    found = crm.read(tables.raw, "proposals")
    assert Counter((row["offer_class"], row["outcome"], row["proposed_mrr"]) for row in found) == {
        # Three times 100 a quarter; 1,200 and 77 over twelve months.
        ("cross_sell", "lost", Decimal(100)): COMPANIES,
        ("plan_upgrade", "open", Decimal(100)): COMPANIES,
        ("existingbusiness", "open", Decimal(100)): COMPANIES,
        ("add_on", "won", Decimal("6.416667")): COMPANIES,
    }
    for row in found:
        deal = deals[row["proposal_id"]]
        created = date.fromisoformat(deal["property_createdate"][:10])
        closed = date.fromisoformat(deal["property_closedate"][:10])
        # The stage history of the upgrades says when they were proposed.
        proposed = date(2024, 4, 11) if row["offer_class"] == "plan_upgrade" else created
        assert (row["candidate_on"], row["proposed_on"]) == (created, proposed)
        assert row["closed_on"] == (closed if row["outcome"] in ("won", "lost") else None)
        assert row["lost_reason"] == ("Price" if row["outcome"] == "lost" else None)


def test_people_tickets_and_what_was_done(tables: Imported) -> None:
    companies = {
        row["id"] for row in tables.portal.tables["company"] if row["_fivetran_deleted"] == "false"
    }
    found = {
        name: crm.read(tables.raw, name)
        for name in ("accounts", "contacts", "support_tickets", "actions", "engagement_events")
    }
    for name, rows in found.items():
        assert {row["account_id"] for row in rows} == companies, name
    assert {row["sales_owner"] for row in found["accounts"]} == {"Ada Sells"}
    assert {
        (row["person_name"], row["role"], row["do_not_contact"]) for row in found["contacts"]
    } == {("Bo Buyer", "decision_maker", True)}
    assert {(row["severity"], row["topic"]) for row in found["support_tickets"]} == {(1, "other")}
    assert Counter((row["kind"], row["outcome"]) for row in found["actions"]) == {
        ("call", "reached"): COMPANIES,
        ("note", None): COMPANIES,
        ("meeting", None): COMPANIES,
        ("email", None): COMPANIES,
    }
    assert Counter(
        (row["kind"], str(row["occurred_at"])[:19]) for row in found["engagement_events"]
    ) == {
        ("email_open", "2023-06-02 10:00:00"): COMPANIES,
        ("email_click", "2023-06-02 10:00:00"): COMPANIES,
    }
    assert {row["opened_at"] for row in found["support_tickets"]} == {datetime(2023, 6, 1, 10)}


def test_index_pages_and_tables_say_the_same(tables: Imported, pages: Imported) -> None:
    assert crm.read(tables.raw, "proposals") != []
    for table, left in (("accounts", {"employee_count"}), ("proposals", {"proposed_on"})):
        first, second = (
            [
                {name: value for name, value in row.items() if name not in left}
                for row in crm.read(case.raw, table)
            ]
            for case in (tables, pages)
        )
        assert first == second, table


def test_the_same_rows_give_the_same_bytes(tables: Imported, tmp_path: Path) -> None:
    export = write(make(3, COMPANIES), tmp_path / "export")
    for path in export.iterdir():
        head, *rows = path.read_bytes().splitlines(keepends=True)
        random.Random(3).shuffle(rows)
        path.write_bytes(head + b"".join(rows))
    again = imported(tables.portal, tmp_path, export)
    first, second = (
        {
            path.relative_to(raw): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(raw.rglob("*.parquet"))
        }
        for raw in (tables.raw, again.raw)
    )
    assert first == second and len(first) == 9


def test_broken_rows_repeated_rows_and_options(tmp_path: Path) -> None:
    portal = make(3, 2)
    items = portal.tables["line_item"]
    first = items[0]
    items += [
        dict(first),
        {
            **first,
            "id": "broken",
            "property_price": "a lot",
            "property_recurringbillingfrequency": "now and then",
            "property_hs_recurring_billing_start_date": "soon",
        },
        {**first, "id": "orphan"},
    ]
    deal = next(
        row for row in portal.tables["line_item_deal"] if row["line_item_id"] == first["id"]
    )
    portal.link("line_item_deal", line_item_id="broken", deal_id=deal["deal_id"])
    portal.tables["deal"].append(
        dict(next(row for row in portal.tables["deal"] if row["deal_id"] == deal["deal_id"]))
    )
    export = write(portal, tmp_path / "export")
    case = imported(portal, tmp_path, export, product="Anything", contact_role="user")
    rows = crm.read(case.raw, "contract_lines")
    lines = {row["contract_line_id"]: row for row in rows}
    assert Counter(row["contract_line_id"] for row in rows)[first["id"]] == 2
    broken = lines["broken"]
    assert broken["charge_type"] == "recurring"
    assert (broken["unit_price"], broken["starts_on"]) == ("a lot", "soon")
    assert (broken["billing_unit"], broken["billing_interval"]) == ("now and then", None)
    assert lines["orphan"]["account_id"] is None
    whole = [row for row in rows if row["product_id"] == "Anything"]
    assert [
        (row["unit_price"], row["billing_unit"], str(row["starts_on"]), str(row["ends_on"]))
        for row in whole
    ] == [("77", "term", "2024-06-02", "2025-06-01")] * 2
    assert "Anything" in {row["product_id"] for row in crm.read(case.raw, "products")}
    assert Counter(row["role"] for row in crm.read(case.raw, "contacts")) == {
        "decision_maker": 2,
        "user": 2,
    }


def test_another_system_bills(tmp_path: Path) -> None:
    portal = make(3, 1)
    case = imported(portal, tmp_path, write(portal, tmp_path / "export"), contract_lines="no")
    assert crm.read(case.raw, "contract_lines") == []
    assert case.lost()["line_items: another system bills"][0] == len(portal.tables["line_item"]) - 1
    assert crm.read(case.raw, "proposals")
