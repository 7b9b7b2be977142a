"""`warehouse import salesforce` on random orgs, whose truth was noted while they were made."""

from __future__ import annotations

import csv
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
from exports.salesforce import Org, long_id, make, write, write_reports

FIELDS = {
    "currency": "EUR",
    "charge_types": "Services=one_time",
    "line_end_field": "End_Date__c",
    "line_term_field": "Term__c",
    "lost_reason_field": "Loss__c",
    "campaign_kinds": "Email=email_click",
}
CONNECTOR = {**FIELDS, "line_end_field": "end_date_c", "line_term_field": "term_c"}
REPORTS = {**FIELDS, "line_end_field": "End Date", "date_order": "mdy"}
ACCOUNTS = 6


@dataclass(frozen=True)
class Imported:
    """One org, the raw folder that it became, and what the import said."""

    org: Org
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


def imported(org: Org, place: Path, export: Path, options: dict[str, str]) -> Imported:
    raw = place / "raw"
    return Imported(
        org, raw, run_import("salesforce", export, raw, told=ImportOptions(options=options))
    )


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """An org that ends its lines with a field of its own, as Data Export writes it."""
    place = tmp_path_factory.mktemp("objects")
    org = make(7, "end", ACCOUNTS)
    return imported(org, place, write(org, place / "export"), FIELDS)


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """An org whose lines have a term in months, in the spelling of a connector."""
    place = tmp_path_factory.mktemp("connector")
    org = make(8, "term", ACCOUNTS)
    return imported(org, place, write(org, place / "export", "connector"), CONNECTOR)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """An org without dates on its lines: they are those of the contract."""
    place = tmp_path_factory.mktemp("contracts")
    org = make(9, "contract", ACCOUNTS)
    return imported(org, place, write(org, place / "export"), FIELDS)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The first org once more, as reports show it."""
    place = tmp_path_factory.mktemp("reports")
    org = make(7, "end", ACCOUNTS)
    return imported(org, place, write_reports(org, place / "export"), REPORTS)


@pytest.mark.parametrize("export", ["objects", "connector", "contracts", "reports"])
def test_mrr_of_every_month_is_what_was_sold(export: str, request: pytest.FixtureRequest) -> None:
    case: Imported = request.getfixturevalue(export)
    assert case.summary.layout == ("reports" if export == "reports" else "objects")
    result = crm.computed(case.raw, "EUR", date(2026, 1, 31))
    assert result.rejected == []
    ends = crm.month_ends(2023, 2025)
    assert {end: crm.mrr(result, end) for end in ends} == {end: case.org.mrr(end) for end in ends}
    assert len({account for end in ends for account in case.org.mrr(end)}) == ACCOUNTS


@pytest.mark.parametrize("export", ["objects", "connector", "contracts"])
def test_rows_and_money_arrive_or_are_listed(export: str, request: pytest.FixtureRequest) -> None:
    case: Imported = request.getfixturevalue(export)
    objects = case.org.objects
    items = objects["OpportunityLineItem"]
    lines = crm.read(case.raw, "contract_lines")
    arrived = sum(
        (row["quantity"] * row["unit_price"] * (1 - (row["discount_rate"] or 0)) for row in lines),
        Decimal(0),
    )
    lost = case.lost()
    left = {key: money for key, money in lost.items() if key.startswith("line_items")}
    away = sum((Decimal(money["EUR"]) for _, money in left.values()), Decimal(0))
    assert arrived + away == sum(Decimal(row["TotalPrice"]) for row in items)
    assert len(lines) + sum(rows for rows, _ in left.values()) == len(items)
    assert (
        sum(row["unit_price"] for row in lines if row["charge_type"] == "one_time")
        == case.org.one_time
    )
    renewals = sum(row.get("Type") == "Renewal" for row in objects["Opportunity"])
    assert lost == {
        "accounts: deleted in Salesforce": (1, {}),
        "line_items: deleted in Salesforce": (ACCOUNTS, {"EUR": "186.00"}),
        "line_items: its opportunity is not won": (ACCOUNTS, {"EUR": "17982.00"}),
        "won_without_lines: a won opportunity without line items does not say what was sold": (
            ACCOUNTS,
            {"EUR": "462.00"},
        ),
        "opportunities: deleted in Salesforce": (ACCOUNTS, {"EUR": f"{1200 * ACCOUNTS}.00"}),
        "opportunities: its type is no offer to a customer (new business": (
            ACCOUNTS + renewals,
            {"EUR": f"{1200 * (ACCOUNTS + renewals)}.00"},
        ),
        "activities: planned and not done yet": (ACCOUNTS, {}),
        "activities: belongs to no account (to a lead": (ACCOUNTS, {}),
        "contacts: no role that `contact_roles` knows": (ACCOUNTS, {}),
        "campaign_members: did not respond to the campaign": (ACCOUNTS, {}),
    }


def test_a_renewal_names_the_line_of_its_product(objects: Imported) -> None:
    deals = {row["Id"]: row for row in objects.org.objects["Opportunity"]}
    items = {row["Id"]: row for row in objects.org.objects["OpportunityLineItem"]}
    renewed = {
        row["contract_line_id"]: row["replaces_line_id"]
        for row in crm.read(objects.raw, "contract_lines")
        if row["replaces_line_id"]
    }
    assert len(renewed) == sum(row.get("Type") == "Renewal" for row in deals.values()) > 0
    for line, old in renewed.items():
        renewal, before = (deals[items[key]["OpportunityId"]] for key in (line, old))
        assert renewal["SBQQ__RenewedContract__c"] == before["ContractId"]
        assert items[line]["Product2Id"] == items[old]["Product2Id"]


def test_opportunities_become_proposals(objects: Imported) -> None:
    deals = {row["Id"]: row for row in objects.org.objects["Opportunity"]}
    found = crm.read(objects.raw, "proposals")
    assert {row["proposal_id"] for row in found} == {
        key
        for key, row in deals.items()
        if row["IsDeleted"] == "false" and row["Type"] not in ("New Customer", "Renewal")
    }
    kinds = Counter((row["offer_class"], row["outcome"]) for row in found)
    amended = sum("SBQQ__AmendedContract__c" in row for row in deals.values())
    assert kinds == {
        ("cross_sell", "lost"): ACCOUNTS,
        ("add_on", "candidate"): ACCOUNTS,
        ("Something Else", "open"): ACCOUNTS,
        (None, "won"): ACCOUNTS,
        ("plan_upgrade", "won"): amended,
    }
    for row in found:
        deal = deals[row["proposal_id"]]
        closed, created = (
            date.fromisoformat(deal["CloseDate"]),
            date.fromisoformat(deal["CreatedDate"][:10]),
        )
        assert (row["account_id"], row["deal_id"]) == (deal["AccountId"], row["proposal_id"])
        assert row["candidate_on"] == created
        assert row["proposed_on"] == (None if row["outcome"] == "candidate" else created)
        assert row["closed_on"] == (closed if row["outcome"] in ("won", "lost") else None)
        assert row["lost_reason"] == deal.get("Loss__c")
        if row["offer_class"] == "cross_sell":
            # Three units at 999, over twelve months by default.
            assert row["proposed_mrr"] == Decimal("249.75")
        elif row["offer_class"] == "add_on":
            assert row["proposed_mrr"] == 100


def test_people_cases_and_what_was_done(objects: Imported) -> None:
    accounts = {row["Id"] for row in objects.org.objects["Account"] if row["IsDeleted"] == "false"}
    tables = {
        name: crm.read(objects.raw, name)
        for name in ("accounts", "contacts", "support_tickets", "actions", "engagement_events")
    }
    for name, rows in tables.items():
        assert {row["account_id"] for row in rows} == accounts, name
    assert {row["sales_owner"] for row in tables["accounts"]} <= {"Ada Sells", "Ben Cares"}
    assert {
        (row["person_name"], row["role"], row["do_not_contact"]) for row in tables["contacts"]
    } == {("Bo Buyer", "decision_maker", True)}
    assert {
        (row["severity"], row["topic"], row["closed_at"]) for row in tables["support_tickets"]
    } == {(2, "bug", None)}
    assert Counter((row["kind"], row["done_on"], row["done_by"]) for row in tables["actions"]) == {
        ("call", date(2023, 7, 2), "Ben Cares"): ACCOUNTS,
        ("meeting", date(2023, 7, 3), "Ben Cares"): ACCOUNTS,
    }
    assert {(row["kind"], row["occurred_at"]) for row in tables["engagement_events"]} == {
        ("email_click", datetime(2023, 8, 1))
    }


def test_reports_and_objects_meet_in_their_ids(objects: Imported, reports: Imported) -> None:
    for table, column in (("accounts", "account_id"), ("proposals", "proposal_id")):
        first, second = (
            {row[column] for row in crm.read(case.raw, table)} for case in (objects, reports)
        )
        assert first == second and {len(key) for key in first} == {18}
    # As Salesforce's own page has it: only the last three characters are made.
    assert long_id("001A0000006Vm9r") == "001A0000006Vm9rIAC"


def test_the_same_rows_give_the_same_bytes(objects: Imported, tmp_path: Path) -> None:
    export = write(make(7, "end", ACCOUNTS), tmp_path / "export")
    for path in export.iterdir():
        head, *rows = path.read_bytes().splitlines(keepends=True)
        random.Random(3).shuffle(rows)
        path.write_bytes(head + b"".join(rows))
    again = imported(objects.org, tmp_path, export, FIELDS)
    first, second = (
        {
            path.relative_to(raw): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(raw.rglob("*.parquet"))
        }
        for raw in (objects.raw, again.raw)
    )
    assert first == second and len(first) == 9


def test_broken_rows_repeated_rows_and_options(tmp_path: Path) -> None:
    org = make(7, "end", 2)
    won = next(row for row in org.objects["Opportunity"] if row["Type"] == "New Customer")
    items = [row for row in org.objects["OpportunityLineItem"] if row["OpportunityId"] == won["Id"]]
    org.objects["Opportunity"].append(dict(won))
    org.objects["OpportunityLineItem"] += [
        dict(items[0]),
        {**items[0], "Id": "00k000000000001AAA", "UnitPrice": "a lot", "ServiceDate": "soon"},
        {**items[0], "Id": "00k000000000002AAA", "OpportunityId": "006000000000001AAA"},
    ]
    options = {**FIELDS, "product": "Anything", "contact_role": "user", "term_months": "12"}
    case = imported(org, tmp_path, write(org, tmp_path / "export"), options)
    lines = {row["contract_line_id"]: row for row in crm.read(case.raw, "contract_lines")}
    assert (
        Counter(row["contract_line_id"] for row in crm.read(case.raw, "contract_lines"))[
            items[0]["Id"]
        ]
        == 2
    )
    broken, orphan = lines["00k000000000001AAA"], lines["00k000000000002AAA"]
    assert (broken["unit_price"], broken["starts_on"]) == ("a lot", "soon")
    assert orphan["account_id"] is None
    whole = [row for row in lines.values() if row["product_id"] == "Anything"]
    assert [(row["unit_price"], row["billing_unit"], row["quantity"]) for row in whole] == [
        ("77.00", "term", None)
    ] * 2
    deal = next(row for row in org.objects["Opportunity"] if row["Amount"] == "77.00")
    assert lines[deal["Id"]]["starts_on"] == deal["CloseDate"]
    assert "Anything" in {row["product_id"] for row in crm.read(case.raw, "products")}
    assert Counter(row["role"] for row in crm.read(case.raw, "contacts")) == {
        "decision_maker": 2,
        "user": 2,
    }
    assert "won_without_lines" not in str(case.lost())


def test_another_system_bills(tmp_path: Path) -> None:
    org = make(7, "end", 1)
    options = {**FIELDS, "contract_lines": "no", "product": "Anything"}
    case = imported(org, tmp_path, write(org, tmp_path / "export"), options)
    assert crm.read(case.raw, "contract_lines") == []
    with (tmp_path / "export" / "OpportunityLineItem.csv").open(newline="") as lines:
        won = len(list(csv.DictReader(lines))) - 2
    assert case.lost()["line_items: another system bills"][0] == won
    assert case.lost()["won_without_lines: another system bills"] == (1, {"EUR": "77.00"})
    assert crm.read(case.raw, "proposals")
