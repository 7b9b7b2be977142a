"""One invented company whose customers are known to four systems by four different ids.

Stripe bills them, Salesforce sells to them, Zendesk helps them, and the product counts what they
use. Only a file of links says which customer is which account; one organization of Zendesk and one
account of Salesforce have no link.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from exports.salesforce import Org
from exports.salesforce import make as make_org
from exports.salesforce import write as write_org
from exports.stripe import COINS, StripeBook, random_stripe_book
from exports.stripe import write_api as write_stripe
from exports.zendesk import Desk
from exports.zendesk import desk as make_desk
from exports.zendesk import write_api as write_desk

CUSTOMERS = 8
AS_OF = date(2025, 6, 18)
# What the invented Salesforce calls an offer to a customer, and what the contract calls it.
OFFERS = {
    "Existing Customer - Upgrade": "plan_upgrade",
    "Cross-Sell": "cross_sell",
    "Add-On": "add_on",
}


@dataclass(frozen=True)
class InventedCompany:
    """The books of its systems, and which account each foreign id is."""

    stripe: StripeBook
    org: Org
    desk: Desk
    links: dict[tuple[str, str], str]

    def account(self, system: str, foreign: str) -> str:
        """The account that a foreign id is."""
        return self.links.get((system, foreign), foreign)

    def mrr(self, day: date) -> dict[str, Fraction]:
        """MRR at the end of a day by account; a unit of every currency is worth one."""
        found: dict[str, Fraction] = {}
        for (customer, _), value in self.stripe.mrr(day).items():
            account = self.links["stripe", customer]
            found[account] = found.get(account, Fraction(0)) + value
        return found

    def proposals(self) -> dict[str, tuple[str, str]]:
        """Account and class of every opportunity that is an offer; an id without a link stays."""
        return {
            row["Id"]: (self.account("salesforce", row["AccountId"]), OFFERS[row["Type"]])
            for row in self.org.objects["Opportunity"]
            if row["IsDeleted"] == "false" and row["Type"] in OFFERS
        }

    def tickets(self) -> dict[str, str]:
        """Account of every ticket of a linked organization."""
        return {
            str(number): self.links["zendesk", str(ticket.organization)]
            for number, ticket in self.desk.truth.items()
            if ("zendesk", str(ticket.organization)) in self.links
        }


def invent(seed: int) -> InventedCompany:
    """The company; the same seed gives the same one."""
    stripe = random_stripe_book(seed, CUSTOMERS)
    org, desk = make_org(seed, accounts=CUSTOMERS), make_desk(seed)
    accounts = [f"C-{number:03}" for number in range(1, CUSTOMERS + 1)]
    links = {("stripe", row["id"]): accounts[i] for i, row in enumerate(stripe.customers)}
    sold_to = [row["Id"] for row in org.objects["Account"] if row["IsDeleted"] == "false"]
    # Backwards and cut short, so that nothing meets by its place in a file.
    links |= {("salesforce", x): accounts[-1 - i] for i, x in enumerate(sold_to[:-1])}
    organizations = [str(row["id"]) for row in desk.organizations]
    links |= {
        ("zendesk", x): accounts[(i + 3) % CUSTOMERS] for i, x in enumerate(organizations[1:])
    }
    return InventedCompany(stripe, org, desk, links)


def write(company: InventedCompany, folder: Path) -> Path:
    """Its exports, its links and its company.yml, which is returned."""
    write_stripe(company.stripe, folder / "stripe")
    write_org(company.org, folder / "salesforce")
    write_desk(company.desk, folder / "zendesk")
    _write(
        folder / "account_links.csv",
        [
            {"system": system, "foreign_id": foreign, "account_id": account}
            for (system, foreign), account in sorted(company.links.items())
        ],
    )
    _write(folder / "hand" / "usage_events.csv", _uses(company))
    _write(
        folder / "hand" / "fx_rates.csv",
        [
            {"currency": code.upper(), "rate_kind": "budget", "valid_from": "2020-01-01", "rate": 1}
            for code in COINS
            if code != "kwd"
        ],
    )
    text = {
        "settings": {
            "reporting_currency": "KWD",
            "fiscal_year_start_month": 1,
            "as_of_date": AS_OF,
        },
        "account_links": "account_links.csv",
        "sources": [
            {"system": "stripe", "from": "stripe", "options": {"exported_on": AS_OF.isoformat()}},
            {
                "system": "salesforce",
                "from": "salesforce",
                "options": {"contract_lines": "no", "currency": "KWD"},
            },
            {"system": "zendesk", "from": "zendesk"},
            {"system": "own", "from": "hand"},
        ],
    }
    (folder / "company.yml").write_text(yaml.safe_dump(text, sort_keys=False), encoding="utf-8")
    return folder / "company.yml"


def _uses(company: InventedCompany) -> list[dict[str, Any]]:
    """A login of every account on each day of the last month but its own number of days."""
    accounts = sorted(
        {account for (system, _), account in company.links.items() if system == "stripe"}
    )
    return [
        {
            "event_id": f"{account}-{back}",
            "account_id": account,
            "user_id": "u1",
            "feature_key": "login",
            "occurred_at": f"{AS_OF - timedelta(days=back)}T10:00:00Z",
        }
        for number, account in enumerate(accounts)
        for back in range(1, 30 - number)
    ]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
