"""A random company as HubSpot's tables and index pages export it, and what it truly sold.

It knows nothing of the importer. Properties are those of HubSpot's pages (`PAGES`); tables are
named as a connector names them. What a line is worth is noted when it is sold.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

PAGES = {
    "company": "https://knowledge.hubspot.com/properties/hubspot-crm-default-company-properties",
    "deal": "https://knowledge.hubspot.com/properties/hubspots-default-deal-properties",
    "line_item": "https://knowledge.hubspot.com/properties/hubspots-default-line-item-properties",
    "frequencies": "https://developers.hubspot.com/docs/api-reference/latest/crm/objects/line-items/guide",
    "ticket": "https://knowledge.hubspot.com/properties/hubspots-default-ticket-properties",
    "exports": "https://knowledge.hubspot.com/import-and-export/export-records",
    "tables": "https://fivetran.com/docs/connectors/applications/hubspot",
}
# Frequency, its label, and the months of one period.
PERIODS = (
    ("monthly", "Monthly", 1),
    ("quarterly", "Quarterly", 3),
    ("per_six_months", "Semi-annually", 6),
    ("annually", "Annually", 12),
    ("per_two_years", "Every two years", 24),
)
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
DAY = timedelta(days=1)
Row = dict[str, Any]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, at most the last of its month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass
class Sold:
    """One won line: money per month, on the days that it covers; without a last day it goes on."""

    company: str
    first: date
    last: date | None
    monthly: Fraction


@dataclass
class Portal:
    """An account of HubSpot: its tables, and the truth about its contracts."""

    random: Random
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    sold: list[Sold] = field(default_factory=list)
    count: int = 1000

    def add(self, table: str, key: str = "id", **properties: Any) -> str:
        """One row with an id of its own; properties get the connector's prefix."""
        self.count += self.random.randint(1, 9)
        found = str(self.count)
        named = {f"property_{name}": value for name, value in properties.items()}
        self.tables[table].append({key: found, "_fivetran_deleted": "false", **named})
        return found

    def link(self, table: str, **ids: str) -> None:
        """One association."""
        self.tables[table].append(dict(ids))

    def mrr(self, month_end: date) -> dict[str, Fraction]:
        """What every company is worth on the last day of a month."""
        worth: dict[str, Fraction] = defaultdict(Fraction)
        for sold in self.sold:
            if sold.first <= month_end and (sold.last is None or month_end <= sold.last):
                worth[sold.company] += sold.monthly
        return dict(worth)


def make(seed: int, companies: int = 6) -> Portal:
    """A portal in which everything happens that the importer has to tell apart."""
    portal = Portal(Random(seed))
    owner = portal.add("owner", "owner_id")
    portal.tables["owner"][0].update(first_name="Ada", last_name="Sells")
    for stage, won, closed in (
        ("closedwon", "true", "true"),
        ("s-77", "false", "true"),
        ("s-5", "false", "false"),
    ):
        portal.tables["deal_pipeline_stage"].append(
            {"stage_id": stage, "label": f"Stage {stage}", "closed_won": won, "is_closed": closed}
        )
    products = [portal.add("product", name=name) for name in ("CRM", "Mail")]
    for number in range(companies):
        company = portal.add(
            "company",
            name=f"Company {number}",
            country="Germany",
            numberofemployees=str(portal.random.randint(1, 400)),
            createdate=f"2023-01-0{number + 1} 08:00:00",
            hubspot_owner_id=owner,
        )
        _sell(portal, company, products)
        _offer(portal, company, products)
        _people(portal, company)
    portal.add("company", name="Gone")
    portal.tables["company"][-1]["_fivetran_deleted"] = "true"
    return portal


def _deal(portal: Portal, company: str, closed: date, stage: str, **properties: Any) -> str:
    deal = portal.add(
        "deal",
        "deal_id",
        **{
            "dealname": "A deal",
            "amount": "1200",
            "closedate": f"{closed.isoformat()} 10:00:00",
            "createdate": f"{(closed - 30 * DAY).isoformat()} 10:00:00",
            **properties,
        },
    )
    portal.tables["deal"][-1]["deal_pipeline_stage_id"] = stage
    portal.link("deal_company", deal_id=deal, company_id=company, type_id="5")
    # Another company that had a part in it, with a smaller id.
    portal.link("deal_company", deal_id=deal, company_id="1", type_id="341")
    return deal


def _item(portal: Portal, deal: str, **properties: Any) -> None:
    item = portal.add("line_item", **properties)
    portal.link("line_item_deal", line_item_id=item, deal_id=deal)


def _sell(portal: Portal, company: str, products: list[str]) -> None:
    """A won deal: fixed terms and endless ones, discounts, a typed-in product, a setup fee."""
    draw = portal.random
    closed = date(2023, draw.randint(1, 12), draw.randint(1, 28))
    deal = _deal(portal, company, closed, "closedwon", dealtype="newbusiness")
    for product in products:
        frequency, _, months = draw.choice(PERIODS)
        quantity, per_month = draw.randint(1, 9), 20 * draw.randint(1, 9)
        price, percent = per_month * months, draw.choice((0, 0, 10, 25))
        periods = draw.randint(1, 3)
        first = closed + draw.randint(0, 40) * DAY
        renews = draw.random() < 0.3
        _item(
            portal,
            deal,
            hs_product_id=product,
            name="Some name",
            recurringbillingfrequency=frequency,
            hs_recurring_billing_period=f"P{periods * months}M",
            hs_recurring_billing_start_date=first.isoformat(),
            hs_recurring_billing_terms="AUTOMATICALLY_RENEW" if renews else "FIXED",
            quantity=str(quantity),
            price=f"{price}.0",
            hs_discount_percentage=str(percent) if percent else "",
            amount=f"{quantity * price * (100 - percent) / 100}",
        )
        last = None if renews else months_later(first, periods * months) - DAY
        monthly = Fraction(quantity * per_month * (100 - percent), 100)
        portal.sold.append(Sold(company, first, last, monthly))
    _item(
        portal,
        deal,
        name="Handmade",
        recurringbillingfrequency="monthly",
        quantity="2",
        price="50.5",
        discount="0.5",
        hs_term_in_months="6",
    )
    portal.sold.append(Sold(company, closed, months_later(closed, 6) - DAY, Fraction(100)))
    _item(portal, deal, name="Setup", recurringbillingfrequency="", quantity="1", price="700")


def _offer(portal: Portal, company: str, products: list[str]) -> None:
    """Deals that were lost, are open, say nothing, were merged or deleted."""
    lost = _deal(
        portal, company, date(2024, 3, 1), "s-77", dealtype="cross-sell", closed_lost_reason="Price"
    )
    _item(
        portal,
        lost,
        hs_product_id=products[1],
        recurringbillingfrequency="quarterly",
        quantity="3",
        price="100",
        amount="300",
    )
    open_deal = _deal(portal, company, date(2024, 5, 1), "s-5", dealtype="Upgrade")
    portal.tables["deal_stage"].append(
        {"deal_id": open_deal, "value": "s-5", "date_entered": "2024-04-11 09:00:00"}
    )
    _deal(portal, company, date(2024, 6, 1), "s-5", dealtype="existingbusiness")
    _deal(portal, company, date(2024, 6, 2), "closedwon", dealtype="Add on", amount="77")
    merged = _deal(portal, company, date(2024, 6, 3), "s-5", dealtype="Upgrade")
    portal.link("merged_deal", deal_id=open_deal, merged_deal_id=merged)
    _deal(portal, company, date(2024, 6, 4), "closedwon")
    portal.tables["deal"][-1]["_fivetran_deleted"] = "true"


def _people(portal: Portal, company: str) -> None:
    mail = f"bo{company}@example.com"
    buyer = portal.add(
        "contact",
        email=mail,
        firstname="Bo",
        lastname="Buyer",
        associatedcompanyid=company,
        hs_buying_role="END_USER;BUDGET_HOLDER",
        hs_email_optout="true",
    )
    portal.add("contact", email="x@example.com", firstname="No", associatedcompanyid=company)
    ticket = portal.add(
        "ticket",
        createdate="2023-06-01 10:00:00",
        hs_ticket_priority="URGENT",
        hs_ticket_category="GENERAL_INQUIRY;BILLING_ISSUE",
    )
    portal.link("ticket_company", ticket_id=ticket, company_id=company, type_id="26")
    stamp = "2023-06-02 10:00:00"
    call = portal.add(
        "engagement_call", "engagement_id", hs_timestamp=stamp, hs_call_disposition=CONNECTED
    )
    portal.link("engagement_company", engagement_id=call, company_id=company)
    note = portal.add("engagement_note", "engagement_id", hs_timestamp=stamp)
    portal.link("engagement_contact", engagement_id=note, contact_id=buyer)
    for outcome in ("COMPLETED", "NO_SHOW"):
        meeting = portal.add(
            "engagement_meeting", "engagement_id", hs_timestamp=stamp, hs_meeting_outcome=outcome
        )
        portal.link("engagement_company", engagement_id=meeting, company_id=company)
    for direction in ("EMAIL", "INCOMING_EMAIL"):
        sent = portal.add(
            "engagement_email", "engagement_id", hs_timestamp=stamp, hs_email_direction=direction
        )
        portal.link("engagement_company", engagement_id=sent, company_id=company)
    portal.add("engagement_task", "engagement_id", hs_timestamp=stamp, hs_task_status="COMPLETED")
    for kind, filtered in (
        ("OPEN", "false"),
        ("CLICK", "false"),
        ("OPEN", "true"),
        ("SENT", "false"),
    ):
        portal.count += 1
        portal.tables["email_event"].append(
            {
                "id": f"e-{portal.count}",
                "type": kind,
                "created": stamp,
                "filtered_event": filtered,
                "recipient": mail.upper(),
            }
        )


def write(portal: Portal, folder: Path, prefix: bool = True) -> Path:
    """One CSV per table, properties with the connector's prefix or without any."""
    folder.mkdir(parents=True)
    for table, rows in portal.tables.items():
        if not prefix and not table.startswith("engagement"):
            listed = [
                {name.removeprefix("property_"): value for name, value in row.items()}
                for row in rows
            ]
        else:
            listed = rows
        _write_csv(folder / f"{table}.csv", listed)
    return folder


def write_index_pages(portal: Portal, folder: Path) -> Path:
    """Exports of index pages, with labels; deleted and merged records are not on them."""
    folder.mkdir(parents=True)
    labels = {frequency: label for frequency, label, _ in PERIODS}
    kept = {
        table: [row for row in portal.tables[table] if row["_fivetran_deleted"] == "false"]
        for table in ("company", "deal", "line_item")
    }
    merged = {row["merged_deal_id"] for row in portal.tables["merged_deal"]}
    companies = {
        row["deal_id"]: row["company_id"]
        for row in portal.tables["deal_company"]
        if row["type_id"] == "5"
    }
    of_deals = {row["line_item_id"]: row["deal_id"] for row in portal.tables["line_item_deal"]}
    stages = {"closedwon": "Closed Won", "s-77": "Closed Lost", "s-5": "Contract Sent"}

    def stamp(text: str) -> str:
        return text[:16]

    _write_csv(
        folder / "hubspot-crm-exports-all-companies-2026-01-01.csv",
        [
            {
                "Record ID": row["id"],
                "Company name": row["property_name"],
                "Country/Region": row["property_country"],
                "Company owner": "Ada Sells",
                "Create Date": stamp(row["property_createdate"]),
            }
            for row in kept["company"]
        ],
    )
    _write_csv(
        folder / "hubspot-crm-exports-all-deals-2026-01-01.csv",
        [
            {
                "Record ID": row["deal_id"],
                "Deal Name": row["property_dealname"],
                "Deal Stage": stages[row["deal_pipeline_stage_id"]],
                "Deal Type": row.get("property_dealtype", ""),
                "Closed Lost Reason": row.get("property_closed_lost_reason", ""),
                "Amount": row["property_amount"],
                "Close Date": stamp(row["property_closedate"]),
                "Create Date": stamp(row["property_createdate"]),
                "Associated Company IDs": f"{companies[row['deal_id']]};1",
            }
            for row in kept["deal"]
            if row["deal_id"] not in merged
        ],
    )
    _write_csv(
        folder / "hubspot-crm-exports-all-line-items-2026-01-01.csv",
        [
            {
                "Record ID": row["id"],
                "Associated Deal IDs": of_deals[row["id"]],
                "Product ID": row.get("property_hs_product_id", ""),
                "Name": row.get("property_name", ""),
                "Billing frequency": labels.get(row["property_recurringbillingfrequency"], ""),
                "Term": row.get("property_hs_recurring_billing_period")
                or row.get("property_hs_term_in_months", ""),
                "Billing start date": row.get("property_hs_recurring_billing_start_date", ""),
                "Billing terms": {"AUTOMATICALLY_RENEW": "Automatically renew until canceled"}.get(
                    row.get("property_hs_recurring_billing_terms", ""), ""
                ),
                "Quantity": row["property_quantity"],
                "Unit price": row["property_price"],
                "Unit discount": row.get("property_discount", ""),
                "Discount percentage": row.get("property_hs_discount_percentage", ""),
                "Net price": row.get("property_amount", ""),
            }
            for row in kept["line_item"]
        ],
    )
    return folder


def _write_csv(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
