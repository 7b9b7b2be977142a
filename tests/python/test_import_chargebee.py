"""Chargebee exports of invented companies: every shape gives the MRR that the company knows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import imported_book
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports import chargebee
from exports.chargebee import Company

CURRENCIES = ("USD", "EUR", "JPY")


def bring_in(found: Company, export: Path, raw: Path) -> ImportSummary:
    return run_import(
        "chargebee", export, raw, told=ImportOptions(options={"time_zone": found.zone})
    )


def lists(found: Company, export: Path) -> None:
    chargebee.write_lists(found, export)


def lines(found: Company, export: Path) -> None:
    chargebee.write_lists(found, export, "jsonl")


@pytest.mark.parametrize(
    ("write", "layout", "catalogue", "seed"),
    [
        (lists, "api", 2, 11),
        (lists, "api", 2, 12),
        (lines, "api", 1, 13),
        (chargebee.write_tables, "tables", 2, 14),
        (chargebee.write_tables, "tables", 1, 301),
    ],
)
def test_the_mrr_of_every_month_is_the_company_s(
    write: Any, layout: str, catalogue: int, seed: int, tmp_path: Path
) -> None:
    found = chargebee.company(seed, catalogue=catalogue)
    write(found, tmp_path / "export")
    done = bring_in(found, tmp_path / "export", tmp_path / "raw")
    assert done.layout == layout
    result = imported_book.ledger(
        imported_book.book(tmp_path / "raw", *CURRENCIES), found.today, "USD"
    )
    assert not result.rejected
    assert imported_book.gross(result, found.today) == found.gross()
    assert imported_book.net(result, found.today) == found.net()


def test_documents_and_single_charges_keep_their_money(tmp_path: Path) -> None:
    found = chargebee.company(21)
    lists(found, tmp_path / "export")
    bring_in(found, tmp_path / "export", tmp_path / "raw")
    billed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in imported_book.table(tmp_path / "raw", "invoices"):
        kind = "void" if row["status"] == "void" else str(row["kind"])
        billed[kind, str(row["currency"])] += Decimal(str(row["amount"]))
    assert billed == money(found.billed)
    once: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in imported_book.table(tmp_path / "raw", "contract_lines"):
        if row["amount"] is not None and row["status"] != "void":
            once[str(row["charge_type"]), str(row["currency"])] += Decimal(str(row["amount"]))
    assert once == money(found.once)


def money(coins: dict[tuple[str, str], int]) -> dict[tuple[str, str], Decimal]:
    return {key: Decimal(worth) / chargebee.COINS[key[1]] for key, worth in coins.items()}


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    found = chargebee.company(31, size=3)
    lists(found, tmp_path / "export")
    bring_in(found, tmp_path / "export", tmp_path / "one")
    # The order of rows is no part of an export.
    for path in (tmp_path / "export").iterdir():
        rows = json.loads(path.read_text())["list"]
        path.write_text(json.dumps({"list": rows[::-1]}))
    bring_in(found, tmp_path / "export", tmp_path / "two")
    assert prints(tmp_path / "one") == prints(tmp_path / "two")


def prints(raw: Path) -> dict[str, str]:
    return {
        str(path.relative_to(raw)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(raw.rglob("*.parquet"))
    }


def second(text: str) -> int:
    """A UTC midnight as Chargebee writes moments."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def invoice(number: str, first: str, last: str, **facts: Any) -> dict[str, Any]:
    """An invoice of 80.00 and 8.00 of tax for a month of plan `p`."""
    return {
        "id": number,
        "customer_id": "c",
        "subscription_id": "s",
        "status": "paid",
        "date": second(first),
        "paid_at": second(first),
        "total": 8800,
        "tax": 800,
        "amount_paid": 8800,
        "currency_code": "USD",
        "line_items": [
            {
                "id": f"{number}-1",
                "subscription_id": "s",
                "date_from": second(first),
                "date_to": second(last),
                "unit_amount": 4000,
                "quantity": 2,
                "amount": 8000,
                "entity_type": "plan_item_price",
                "entity_id": "p",
            }
        ],
        **facts,
    }


def subscription(**facts: Any) -> dict[str, Any]:
    """Two units of plan `p` at 40.00 a month since 2024-01-01."""
    return {
        "id": "s",
        "customer_id": "c",
        "currency_code": "USD",
        "status": "active",
        "billing_period": 1,
        "billing_period_unit": "month",
        "started_at": second("2024-01-01"),
        "current_term_start": second("2024-02-01"),
        "updated_at": second("2024-02-20"),
        "subscription_items": [
            {"item_price_id": "p", "item_type": "plan", "quantity": 2, "unit_price": 4000}
        ],
        **facts,
    }


def imported(tmp_path: Path, **lists: list[dict[str, Any]]) -> ImportSummary:
    """Import of a company with one customer and these lists, written as bare objects."""
    export = tmp_path / "export"
    export.mkdir(exist_ok=True)
    prices = {"currency_code": "USD", "period": 1, "period_unit": "month", "item_type": "plan"}
    basics: dict[str, list[dict[str, Any]]] = {
        "customers": [{"id": "c", "company": "C"}],
        "subscriptions": [subscription()],
        "item_prices": [
            {"id": name, "item_id": name, "item_family_id": "f", "price": price, **prices}
            for name, price in (("p", 4000), ("q", 9000), ("free", 0))
        ],
    }
    for name, rows in {**basics, **lists}.items():
        (export / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return run_import("chargebee", export, tmp_path / "raw")


def contract(tmp_path: Path, *columns: str) -> list[tuple[str, ...]]:
    """Columns of the imported contract lines as text, in order."""
    return sorted(
        tuple(str(row[column]) for column in columns)
        for row in imported_book.table(tmp_path / "raw", "contract_lines")
    )


JANUARY = invoice("i1", "2024-01-01", "2024-02-01")
FEBRUARY = invoice("i2", "2024-02-01", "2024-03-01")


def test_what_is_scheduled_is_a_signed_version_from_its_day(tmp_path: Path) -> None:
    change = subscription(changes_scheduled_at=second("2024-05-01"))
    change["subscription_items"] = [
        {"item_price_id": "q", "item_type": "plan", "quantity": 3, "unit_price": 9000}
    ]
    imported(tmp_path, invoices=[JANUARY, FEBRUARY], scheduled_subscriptions=[change])
    assert contract(tmp_path, "effective_from", "plan_id", "quantity", "signed_on") == [
        ("2024-01-01", "p", "2.000000", "None"),
        ("2024-05-01", "q", "3.000000", "2024-02-20"),
    ]


def test_a_change_without_an_invoice_applies_from_the_day_that_can_be_known(tmp_path: Path) -> None:
    now = subscription()
    now["subscription_items"][0]["quantity"] = 5
    imported(tmp_path, invoices=[JANUARY, FEBRUARY], subscriptions=[now])
    assert contract(tmp_path, "effective_from", "quantity") == [
        ("2024-01-01", "2.000000"),
        ("2024-02-20", "5.000000"),
    ]


def test_a_contract_term_renews_or_ends(tmp_path: Path) -> None:
    term = {"contract_start": second("2024-01-01"), "contract_end": second("2025-01-01")}
    renews = {**term, "billing_cycle": 12, "action_at_term_end": "renew"}
    imported(tmp_path, subscriptions=[subscription(contract_term=renews)])
    assert contract(tmp_path, "term_months", "ends_on") == [("12", "None")]
    ends = {**renews, "action_at_term_end": "cancel"}
    imported(tmp_path, subscriptions=[subscription(contract_term=ends)])
    assert contract(tmp_path, "term_months", "ends_on") == [("None", "2024-12-31")]


def test_a_discount_of_the_subscription_lies_on_its_item(tmp_path: Path) -> None:
    given = {
        "id": "d",
        "type": "percentage",
        "percentage": 12.5,
        "duration_type": "forever",
        "apply_on": "specific_item_price",
        "item_price_id": "p",
    }
    imported(tmp_path, subscriptions=[subscription(discounts=[given])])
    assert contract(tmp_path, "contract_line_id", "discount_rate", "parent_line_id") == [
        ("s", "None", "None"),
        ("s|d|s", "0.125000000000", "s"),
    ]


def test_documents_that_never_were_or_say_the_same_again(tmp_path: Path) -> None:
    refund = {"type": "refund", "status": "success", "amount": 500, "currency_code": "USD"}
    refund |= {"customer_id": "c", "date": second("2024-03-05")}
    note = {"customer_id": "c", "date": second("2024-03-04"), "currency_code": "USD"}
    done = imported(
        tmp_path,
        invoices=[
            JANUARY,
            {**FEBRUARY, "status": "pending"},
            invoice("i3", "2024-03-01", "2024-04-01", write_off_amount=8800, amount_paid=0),
            invoice("i4", "2024-04-01", "2024-05-01", status="not_paid", amount_paid=4400),
        ],
        credit_notes=[
            {**note, "id": "n1", "total": 8800, "reason_code": "write_off"},
            {**note, "id": "n2", "total": 1100, "taxes": [{"amount": 100}]},
        ],
        transactions=[
            {**refund, "id": "t1"},
            {**refund, "id": "t2", "linked_credit_notes": [{"cn_id": "n2"}]},
            {**refund, "id": "t3", "status": "failure"},
            {**refund, "id": "t4", "type": "payment"},
        ],
    )
    rows = imported_book.table(tmp_path / "raw", "invoices")
    found = {
        row["invoice_id"]: (row["kind"], row["status"], float(row["amount"]), row["paid_amount"])
        for row in rows
    }
    assert found == {
        "i1": ("invoice", "paid", 80.0, 80),
        "i3": ("invoice", "uncollectible", 80.0, 0),
        "i4": ("invoice", "open", 80.0, 40),
        "n2": ("credit_note", None, 10.0, None),
        "t1": ("refund", None, 5.0, None),
    }
    lost = {loss.keys: loss.money for loss in done.losses if loss.kind == "rows" and loss.rows}
    assert {key for keys in lost for key in keys} == {"i2", "n1", "t2", "t3", "t4"}
    assert lost["i2",] == {"USD": "88.00"}


def test_a_broken_row_arrives_and_a_repeated_one_multiplies_nothing(tmp_path: Path) -> None:
    broken = invoice("i9", "2024-02-01", "2024-03-01", total="88,0x")
    broken["line_items"][0]["amount"] = "eighty"
    imported(
        tmp_path,
        customers=[{"id": "c", "company": "C"}, {"id": "c", "company": "C"}, {"company": "D"}],
        subscriptions=[subscription(), subscription()],
        invoices=[JANUARY, JANUARY, broken],
    )
    documents = imported_book.table(tmp_path / "raw", "invoices")
    assert sorted(str(row["amount"]) for row in documents) == ["80.000000", "80.000000", "88,0x"]
    assert ("2024-02-01", "eighty") in contract(tmp_path, "effective_from", "unit_price")
    assert len(contract(tmp_path, "contract_line_id")) == len(set(contract(tmp_path, *KEY)))
    accounts = imported_book.table(tmp_path / "raw", "accounts")
    assert sorted(str(row["account_id"]) for row in accounts) == ["None", "c", "c"]


KEY = ("contract_line_id", "effective_from")


def test_plans_are_rungs_of_their_family_by_price(tmp_path: Path) -> None:
    imported(tmp_path)
    plans = imported_book.table(tmp_path / "raw", "plans")
    assert {row["plan_id"]: (row["product_id"], row["tier_rank"]) for row in plans} == {
        "free": ("f", 0),
        "p": ("f", 1),
        "q": ("f", 2),
    }
