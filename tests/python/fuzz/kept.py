"""Corruptions that once stopped a company or lost money: they are tried on every run of the tests.

A kind is (table, which row of the account, column, value). Each gets an account of its own.
"""

from __future__ import annotations

from fuzz.company import Tables
from fuzz.corruptions import Corruption, places_of

Kept = tuple[str, int, str, str]

NUMBERS: tuple[Kept, ...] = (
    ("proposals", 0, "proposed_mrr", "9999999999999999"),
    ("costs", 0, "amount", "9999999999999999"),
    ("plans", 1, "list_price_per_seat_month", "9999999999999999"),
    ("contract_lines", 0, "term_months", "2147483647"),
    ("contract_lines", 0, "term_months", "-2147483648"),
    ("contract_lines", 4, "unit_price", "200000000000000"),
    ("contract_lines", 0, "quantity", "5e9"),
    ("invoices", 0, "amount", "-9999999999999999"),
    ("fx_rates", 2, "rate", "9999999999"),
)
DAYS: tuple[Kept, ...] = (
    ("contract_lines", 0, "ends_on", "9999-12-31"),
    ("contract_lines", 0, "terminated_on", "9999-12-31"),
    ("contract_lines", 0, "terminated_on", "0001-01-01"),
    ("contract_lines", 0, "effective_from", "9999-12-31"),
    ("contract_lines", 0, "recorded_at", "2200-01-01"),
    ("contract_lines", 0, "starts_on", "294247-01-10"),
    ("accounts", 0, "recorded_at", "9999-12-31T23:59:59Z"),
    ("accounts", 0, "effective_from", "9999-12-31"),
    ("invoices", 0, "paid_on", "-infinity"),
    ("support_tickets", 0, "closed_at", "5874897-12-31"),
    ("proposals", 0, "closed_on", "290309-12-22 (BC)"),
    ("experiments", 0, "ends_on", "epoch"),
    ("service_pauses", 0, "paused_to", "2025-03-01T00:00:00+99:00"),
)
LINKS: tuple[Kept, ...] = (
    ("accounts", 0, "merged_into_account_id", "NOPE"),
    ("accounts", 0, "merged_into_account_id", "A-{account}"),
    ("accounts", 0, "parent_account_id", "NOPE"),
    ("contract_lines", 1, "replaces_line_id", "L-{account}-3"),
    ("contract_lines", 0, "replaces_line_id", "L-{account}-7"),
    ("contract_lines", 0, "replaces_line_id", "NOPE"),
    ("contract_lines", 0, "replaces_line_id", "L-{account}-1"),
    ("contract_lines", 3, "parent_line_id", "NOPE"),
    ("proposals", 0, "experiment_id", "NOPE"),
)


def kept(tables: Tables) -> list[Corruption]:
    """Every kind that is kept, each of another account."""
    places = places_of(tables)
    found = []
    for account, (table, which, column, value) in enumerate((*NUMBERS, *DAYS, *LINKS), start=1):
        rows = [place for name, place in places[account] if name == table]
        text = value.format(account=account)
        found.append(Corruption("value", account, table, rows[which], column, text))
    return found
