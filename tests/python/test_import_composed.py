"""Four systems of one company, composed by company.yml and built: the money and whose it is."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from builds import Company, ask
from engine import Engine
from expansion_warehouse.importers.company import import_all
from exports.composed import AS_OF, InventedCompany, invent, write

pytestmark = pytest.mark.slow

SEED = 12
BUILT = ["fct_mrr", "fct_proposals", "dim_accounts", "stg_support_tickets", "dq_quarantine"]


@pytest.fixture(scope="module")
def invented() -> InventedCompany:
    """The books of the company."""
    return invent(SEED)


@pytest.fixture(scope="module")
def built(
    invented: InventedCompany, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    """Its exports, imported together and built."""
    folder = tmp_path_factory.mktemp("company")
    company = Company(folder / "raw", folder / "home")
    import_all(write(invented, folder), company.raw)
    engine.build(company, BUILT, as_of_date=AS_OF.isoformat())
    return company


def test_mrr_is_what_the_billing_system_charges(invented: InventedCompany, built: Company) -> None:
    """By month and account, to half of the smallest coin; what is sold in the CRM is not added."""
    found = {
        (month, account): mrr
        for month, account, mrr in ask(
            built.database,
            "select month, account_id, sum(mrr) from fct_mrr where basis = 'restated' group by all",
        )
        if mrr
    }
    expected: dict[tuple[date, str], Fraction] = {}
    for year in (2023, 2024, 2025):
        for month in range(1, 13):
            last = date(year, month, monthrange(year, month)[1])
            if last < AS_OF:
                expected |= {
                    (last.replace(day=1), account): value
                    for account, value in invented.mrr(last).items()
                }
    assert found.keys() == expected.keys()
    assert len({account for _, account in found}) >= 6
    for key, value in expected.items():
        assert abs(found[key] - Decimal(value.numerator) / value.denominator) <= Decimal("0.001")


def test_proposals_of_the_crm_are_those_of_the_billed_accounts(
    invented: InventedCompany, built: Company
) -> None:
    found = {
        proposal: (account, offer)
        for proposal, account, offer in ask(
            built.database, "select proposal_id, account_id, offer_class from fct_proposals"
        )
    }
    assert found == invented.proposals()
    assert len({account for account, _ in found.values() if account.startswith("C-")}) == 7


def test_tickets_of_the_help_desk_are_those_of_the_billed_accounts(
    invented: InventedCompany, built: Company
) -> None:
    found = dict(
        ask(
            built.database,
            "select ticket_id, account_id from staging.stg_support_tickets "
            "where account_id like 'C-%'",
        )
    )
    of_the_crm = {row["Id"] for row in invented.org.objects["Case"]}
    assert {x: y for x, y in found.items() if x not in of_the_crm} == invented.tickets()
    assert len(of_the_crm & found.keys()) == len(of_the_crm) - 1


def test_an_account_is_described_once_by_the_first_that_knows(
    invented: InventedCompany, built: Company
) -> None:
    """Stripe comes first in company.yml; what it does not know comes from Salesforce."""
    found = ask(
        built.database,
        "select account_id, account_name, industry from dim_accounts where account_id like 'C-%'",
    )
    names = {invented.links["stripe", x["id"]]: x["name"] for x in invented.stripe.customers}
    assert {account: name for account, name, _ in found} == names
    industries = {
        invented.links["salesforce", x["Id"]]: x["Industry"]
        for x in invented.org.objects["Account"]
        if ("salesforce", x["Id"]) in invented.links
    }
    assert {account: industry for account, _, industry in found if industry} == industries


def test_what_has_no_link_is_listed_with_its_rows_and_money(built: Company) -> None:
    record = json.loads((built.raw / "import.json").read_text(encoding="utf-8"))
    unlinked = {
        (name, loss["what"]): (loss["rows"], loss["money"])
        for name, entry in record["imports"].items()
        for loss in entry["losses"]
        if loss["kind"] == "unlinked"
    }
    assert unlinked["salesforce", "accounts.account_id"] == (1, {})
    rows, money = unlinked["salesforce", "proposals.account_id"]
    assert rows == 4
    assert Decimal(money["KWD"]) == Decimal("456.166667")
    assert unlinked["zendesk", "accounts.account_id"] == (1, {})
    assert not any(name in ("stripe", "own") for name, _ in unlinked)
