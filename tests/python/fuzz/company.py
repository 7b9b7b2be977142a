"""A small company whose accounts have nothing in common, so that a corruption touches one alone.

Every account has a product with plans, a currency of its own for one line, an experiment, and rows
in every table. Ids end with the number of their account.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from builds import PROJECT
from expansion_warehouse.raw.contract import RawTable, read_contract

Row = dict[str, str]
Tables = dict[str, list[Row]]

AS_OF = "2025-06-30"
SETTINGS = f"reporting_currency: JPY\nbusiness_timezone: Asia/Tokyo\nas_of_date: {AS_OF}\n"
# A currency of its own for every account, none of which has ever been redenominated.
CURRENCIES = (
    *("USD", "EUR", "GBP", "CHF", "AUD", "CAD", "NZD", "SGD", "HKD", "SEK", "NOK", "DKK"),
    *("PLN", "CZK", "HUF", "INR", "KRW", "THB", "MYR", "PHP", "MXN", "BRL", "ZAR", "TWD"),
    *("ILS", "AED", "SAR", "QAR", "KWD", "BHD", "CLP", "COP", "PEN", "ARS", "UYU", "EGP"),
    *("MAD", "KES", "NGN", "PKR"),
)
MONTHS = tuple(f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(18))


@cache
def contract() -> Mapping[str, RawTable]:
    """The tables of the raw contract by name."""
    return {table.name: table for table in read_contract(PROJECT)}


def make_company(accounts: int = len(CURRENCIES)) -> Tables:
    """Every table of the contract with its rows."""
    tables: Tables = {name: [] for name in contract()}
    for number in range(1, accounts + 1):
        for table, row in (
            *_catalogue(number),
            *_contracts(number),
            *_invoices(number),
            *_usage(number),
            *_voices(number),
            *_people(number),
            *_offers(number),
        ):
            tables[table].append({**row, "recorded_at": row.get("recorded_at", "")})
    return tables


def write_company(tables: Mapping[str, Sequence[Row]], folder: Path) -> None:
    """A raw folder of CSV files with every column of the contract."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    for name, rows in tables.items():
        columns = [column.name for column in contract()[name].columns]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _catalogue(number: int) -> Iterator[tuple[str, Row]]:
    product = f"P-{number}"
    yield (
        "products",
        {
            "product_id": product,
            "product_name": f"Product {number}",
            "product_family": "core",
            "gross_margin_rate": "0.8",
            "available_from": "2020-01-01",
        },
    )
    for rank, name in enumerate(("FREE", "STD", "BIZ")):
        plan = f"{name}-{number}"
        yield (
            "plans",
            {
                "plan_id": plan,
                "product_id": product,
                "plan_name": name,
                "tier_rank": str(rank),
                "list_price_per_seat_month": str(1000 * rank),
                "currency": "JPY",
                "seat_limit": str(20 * (rank + 1)),
                "storage_gb_limit": "100",
                "api_call_limit": "10000",
                "is_public": "true",
            },
        )
        yield (
            "plan_features",
            {"plan_id": plan, "feature_key": f"feature{rank}", "is_key_feature": "true"},
        )
    currency = CURRENCIES[number - 1]
    for day, kind, rate in (
        ("2023-04-01", "budget", 100 + number),
        ("2024-04-01", "budget", 105 + number),
        ("2025-04-01", "budget", 110 + number),
        ("2024-01-01", "spot", 101 + number),
    ):
        yield (
            "fx_rates",
            {"currency": currency, "rate_kind": kind, "valid_from": day, "rate": str(rate)},
        )


def _contracts(number: int) -> Iterator[tuple[str, Row]]:
    account = f"A-{number}"
    yield (
        "account_attributes",
        {
            "account_id": account,
            "attribute": "region",
            "value": ("East", "West")[number % 2],
            "valid_from": "2024-02-01",
            "recorded_at": "2024-02-03T01:00:00Z",
        },
    )
    yield (
        "accounts",
        {
            "account_id": account,
            "account_name": f"Company {number}",
            "industry": ("Food", "IT", "Retail")[number % 3],
            "size_band": ("S", "M", "L")[number % 3],
            "employee_count": str(20 * number),
            "country": "JP",
            "acquisition_channel": ("web", "partner")[number % 2],
            "csm_owner": f"csm{number % 2}",
            "sales_owner": f"rep{number % 3}",
            "created_on": "2023-12-01",
            "went_live_on": "2024-01-10",
            "fiscal_year_end_month": "3",
            "do_not_contact": "false",
            "is_internal": "false",
        },
    )
    line = {
        "contract_id": f"C-{number}",
        "account_id": account,
        "product_id": f"P-{number}",
        "plan_id": f"STD-{number}",
        "charge_type": "recurring",
        "billing_unit": "month",
        "billing_interval": "1",
        "currency": "JPY",
        "is_tax_inclusive": "false",
        "status": "active",
        "is_trial": "false",
        "is_deleted": "false",
    }
    for place, differs in enumerate(
        (
            {"quantity": str(4 + number), "unit_price": "2000", "starts_on": "2024-01-01"},
            {
                "quantity": "5",
                "unit_price": "24000",
                "billing_unit": "year",
                "starts_on": "2024-02-01",
                "ends_on": "2025-01-31",
            },
            {
                "quantity": "6",
                "unit_price": "36000",
                "billing_unit": "year",
                "starts_on": "2025-02-01",
                "ends_on": "2026-01-31",
                "plan_id": f"BIZ-{number}",
                "replaces_line_id": f"L-{number}-2",
            },
            {
                "charge_type": "discount",
                "quantity": "1",
                "unit_price": "-300",
                "starts_on": "2024-04-01",
                "ends_on": "2024-12-31",
                "parent_line_id": f"L-{number}-1",
            },
            {
                "quantity": "4",
                "unit_price": "15",
                "currency": CURRENCIES[number - 1],
                "starts_on": "2024-05-01",
            },
            {
                "charge_type": "one_time",
                "quantity": "1",
                "unit_price": "90000",
                "starts_on": "2025-05-01",
                "ends_on": "2025-05-31",
            },
            {
                "quantity": "3",
                "unit_price": "500",
                "starts_on": "2024-06-01",
                "terminated_on": "2025-03-31",
            },
        ),
        start=1,
    ):
        yield (
            "contract_lines",
            {
                **line,
                "contract_line_id": f"L-{number}-{place}",
                "signed_on": differs["starts_on"],
                "recorded_at": f"{differs['starts_on']}T00:00:00Z",
                **differs,
            },
        )
    yield (
        "service_pauses",
        {
            "contract_line_id": f"L-{number}-1",
            "paused_from": "2024-10-10",
            "paused_to": "2024-11-20",
        },
    )


def _invoices(number: int) -> Iterator[tuple[str, Row]]:
    for place, month in enumerate(MONTHS[-6:], start=1):
        yield (
            "invoices",
            {
                "invoice_id": f"I-{number}-{place}",
                "account_id": f"A-{number}",
                "issued_on": f"{month}-01",
                "due_on": f"{month}-28",
                "paid_on": f"{month}-20",
                "kind": "invoice",
                "product_id": f"P-{number}",
                "amount": "10000",
                "currency": "JPY",
                "recorded_at": f"{month}-01T00:00:00Z",
            },
        )


def _usage(number: int) -> Iterator[tuple[str, Row]]:
    for place in range(20):
        day = f"{MONTHS[-6 + place % 6]}-{9 + place:02}"
        yield (
            "usage_events",
            {
                "event_id": f"E-{number}-{place}",
                "account_id": f"A-{number}",
                "user_id": f"u-{number}-{place % 4}",
                "product_id": f"P-{number}",
                "feature_key": ("login", "feature1")[place % 2],
                "occurred_at": f"{day}T02:10:00Z",
                "quantity": "1",
                "recorded_at": f"{day}T23:59:00Z",
            },
        )
    yield (
        "usage_daily",
        {
            "account_id": f"A-{number}",
            "user_id": f"u-{number}-5",
            "product_id": f"P-{number}",
            "feature_key": "feature2",
            "used_on": f"{MONTHS[-3]}-11",
            "event_count": "3",
            "quantity": "4.5",
            "recorded_at": f"{MONTHS[-3]}-12T01:00:00Z",
        },
    )
    yield (
        "users",
        {
            "user_id": f"u-{number}-3",
            "account_id": f"A-{number}",
            "kind": "service",
            "erased_at": "2025-06-01T00:00:00Z",
        },
    )
    for place, month in enumerate(MONTHS[-4:], start=1):
        yield (
            "usage_meters",
            {
                "account_id": f"A-{number}",
                "product_id": f"P-{number}",
                "meter": ("seats", "storage_gb", "api_calls")[place % 3],
                "measured_on": f"{month}-28",
                "used": str(place),
            },
        )


def _voices(number: int) -> Iterator[tuple[str, Row]]:
    account = f"A-{number}"
    for place, month in enumerate(MONTHS[-3:], start=1):
        yield (
            "support_tickets",
            {
                "ticket_id": f"T-{number}-{place}",
                "account_id": account,
                "opened_at": f"{month}-05T03:00:00Z",
                "closed_at": f"{month}-07T03:00:00Z",
                "severity": str(place),
                "topic": "bug",
                "csat": "4",
            },
        )
        yield (
            "survey_responses",
            {
                "response_id": f"S-{number}-{place}",
                "account_id": account,
                "respondent_id": f"r-{number}-{place}",
                "responded_at": f"{month}-09T03:00:00Z",
                "survey": "nps",
                "score": str(5 + place),
            },
        )
        yield (
            "engagement_events",
            {
                "event_id": f"G-{number}-{place}",
                "account_id": account,
                "occurred_at": f"{month}-11T03:00:00Z",
                "kind": "site_visit",
            },
        )
    yield (
        "account_signals",
        {
            "signal_id": f"N-{number}",
            "account_id": account,
            "occurred_at": "2025-06-11T03:00:00Z",
            "kind": "expansion",
        },
    )


def _people(number: int) -> Iterator[tuple[str, Row]]:
    account = f"A-{number}"
    for place, role in enumerate(("decision_maker", "champion", "user", "billing"), start=1):
        yield (
            "contacts",
            {
                "contact_id": f"H-{number}-{place}",
                "account_id": account,
                "user_id": f"u-{number}-{place % 4}",
                "person_name": f"Person {place}",
                "role": role,
                "do_not_contact": str(role == "billing").lower(),
                "opted_out_on": "2025-06-03" if role == "user" else "",
                "left_on": "2025-06-20" if role == "champion" else "",
                "effective_from": "2024-01-01",
            },
        )
    yield (
        "actions",
        {
            "action_id": f"D-{number}",
            "account_id": account,
            "alert_id": f"{account}|champion_left|2025-06-20",
            "offer_id": f"plan_upgrade|P-{number}|BIZ-{number}",
            "kind": "call",
            "done_on": "2025-02-06",
            "done_by": f"csm{number % 2}",
            "outcome": "reached",
        },
    )


def _offers(number: int) -> Iterator[tuple[str, Row]]:
    account, experiment = f"A-{number}", f"X-{number}"
    for variant in ("a", "b"):
        yield (
            "experiments",
            {
                "experiment_id": experiment,
                "variant": variant,
                "is_control": str(variant == "a").lower(),
                "planned_share": "0.5",
                "name": "mail",
                "starts_on": "2025-01-01",
                "ends_on": "2025-06-30",
            },
        )
    yield (
        "experiment_assignments",
        {
            "experiment_id": experiment,
            "account_id": account,
            "variant": "ab"[number % 2],
            "assigned_at": "2025-01-01T00:00:00Z",
        },
    )
    yield (
        "proposals",
        {
            "proposal_id": f"O-{number}",
            "account_id": account,
            "offer_class": "plan_upgrade",
            "product_id": f"P-{number}",
            "plan_id": f"BIZ-{number}",
            "current_mrr": "20000",
            "proposed_mrr": "30000",
            "currency": "JPY",
            "candidate_on": "2025-02-01",
            "contacted_on": "2025-02-03",
            "proposed_on": "2025-02-05",
            "closed_on": "2025-03-01",
            "outcome": ("won", "lost")[number % 2],
            "channel": "email",
            "owner_role": "sales",
            "experiment_id": experiment,
            "variant": "ab"[number % 2],
        },
    )
    yield (
        "budgets",
        {
            "month": f"2025-{number % 12 + 1:02d}-01",
            "metric": ("new_mrr", "churn_mrr", "billings")[number % 3],
            "amount": "100000",
            "currency": "JPY",
        },
    )
    yield (
        "costs",
        {
            "cost_id": f"K-{number}",
            "incurred_on": "2025-01-03",
            "kind": "acquisition",
            "channel": ("web", "partner")[number % 2],
            "amount": "50000",
            "currency": "JPY",
        },
    )
