"""The raw rows of an edge case, each as (table, row); a row leaves out what stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

Value = str | int | bool | None
Row = dict[str, Value]
TableRow = tuple[str, Row]

PRODUCT = "EDGE-BASE"
OTHER_PRODUCT = "EDGE-OTHER"
THIRD_PRODUCT = "EDGE-THIRD"

# The case list's base contract, "A100": 100,000 a month for one fiscal year.
A100: Row = {
    "unit_price": "1200000",
    "billing_unit": "year",
    "starts_on": "2025-04-01",
    "ends_on": "2026-03-31",
}


@dataclass(frozen=True)
class EdgeCase:
    """One case of the list, or one guard rail, and the raw rows that express it."""

    code: str
    title: str
    rows: tuple[TableRow, ...]

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Its accounts, spelled as the raw files spell them."""
        return tuple(str(row["account_id"]) for table, row in self.rows if table == "accounts")


def case(code: str, title: str, *rows: TableRow) -> EdgeCase:
    """A case; without an account row of its own it gets the account named like the case.

    Accounts without a name are named after their id and the title.
    """
    if not any(table == "accounts" for table, _ in rows):
        rows = (account(code), *rows)
    named = tuple(
        (table, {"account_name": f"{row['account_id']} {title}", **row})
        if table == "accounts"
        else (table, row)
        for table, row in rows
    )
    return EdgeCase(code, title, named)


def account(account_id: str, /, **columns: Value) -> TableRow:
    """An account; industry and channel keep edge cases apart from the company in every segment."""
    return "accounts", {
        "account_id": account_id,
        "industry": "edge_case",
        "size_band": "SMB",
        "employee_count": 20,
        "country": "JP",
        "acquisition_channel": "edge_case",
        "created_on": "2023-07-01",
        "do_not_contact": False,
        "is_internal": False,
        **columns,
    }


def line(account_id: str, name: int | str, /, **columns: Value) -> TableRow:
    """A recurring contract line `<account>-<name>`, monthly and open-ended by default."""
    return "contract_lines", {
        "contract_line_id": f"{account_id}-{name}",
        "contract_id": f"C-{account_id}",
        "account_id": account_id,
        "product_id": PRODUCT,
        "charge_type": "recurring",
        "quantity": "1",
        "unit_price": "100000",
        "billing_unit": "month",
        "billing_interval": 1,
        "currency": "JPY",
        "is_tax_inclusive": False,
        "starts_on": "2025-04-01",
        "status": "active",
        "is_trial": False,
        "is_deleted": False,
        **columns,
    }


def renewed_a100(account_id: str, **columns: Value) -> tuple[TableRow, TableRow]:
    """A100 and its renewal for the next year, for cases that are not about its end."""
    renewal: Row = {
        **A100,
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
        "replaces_line_id": f"{account_id}-1",
    }
    return (
        line(account_id, 1, **{**A100, **columns}),
        line(account_id, "R", **{**renewal, **columns}),
    )


def invoice(
    account_id: str, name: int | str, issued_on: str, amount: str, /, **columns: Value
) -> TableRow:
    """An invoice due after 30 days; without `paid_on` it is unpaid."""
    due_on = (date.fromisoformat(issued_on) + timedelta(days=30)).isoformat()
    return "invoices", {
        "invoice_id": f"INV-{account_id}-{name}",
        "account_id": account_id,
        "issued_on": issued_on,
        "due_on": due_on,
        "kind": "invoice",
        "amount": amount,
        "currency": "JPY",
        "recorded_at": f"{issued_on} 01:00:00",
        **columns,
    }


def event(account_id: str, name: str, user: int, occurred_at: str, /, **columns: Value) -> TableRow:
    """One usage event of a CRM user."""
    return "usage_events", {
        "event_id": f"{account_id}-{name}",
        "account_id": account_id,
        "user_id": f"{account_id}-U{user}",
        "product_id": "CRM",
        "feature_key": "crm_pipeline",
        "occurred_at": occurred_at,
        "quantity": 1,
        "recorded_at": occurred_at,
        **columns,
    }


def answer(account_id: str, person: int, day: str, score: int, /, **columns: Value) -> TableRow:
    """One answer to the recommendation survey, 0 to 10."""
    return "survey_responses", {
        "response_id": f"S-{account_id}-{day}-{person}",
        "account_id": account_id,
        "respondent_id": f"{account_id}-P{person}",
        "responded_at": f"{day} 03:00:00",
        "survey": "nps",
        "score": score,
        "recorded_at": f"{day} 03:10:00",
        **columns,
    }


def proposal(account_id: str, name: int | str, outcome: str, /, **columns: Value) -> TableRow:
    """A proposal to take more seats, 100,000 to 130,000 a month."""
    return "proposals", {
        "proposal_id": f"P-{account_id}-{name}",
        "account_id": account_id,
        "offer_class": "seat_expansion",
        "product_id": PRODUCT,
        "current_mrr": "100000",
        "proposed_mrr": "130000",
        "currency": "JPY",
        "outcome": outcome,
        "channel": "mail",
        "owner_role": "cs",
        **columns,
    }


def ticket(
    account_id: str, name: int, severity: int, opened_at: str, /, **columns: Value
) -> TableRow:
    """A support ticket; without `closed_at` it is open."""
    return "support_tickets", {
        "ticket_id": f"T-{account_id}-{name}",
        "account_id": account_id,
        "opened_at": opened_at,
        "severity": severity,
        "topic": "bug",
        "recorded_at": opened_at,
        **columns,
    }
