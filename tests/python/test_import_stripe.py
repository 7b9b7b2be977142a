"""Stripe: random books in every shape of an export, and what each situation becomes."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports.stripe import (
    COINS,
    StripeBook,
    api_lists,
    random_stripe_book,
    write_airbyte,
    write_api,
    write_dlt,
    write_fivetran,
)
from oracle import rows
from oracle.compute import compute
from oracle.settings import Settings

Rows = list[dict[str, Any]]
TABLES: dict[str, type] = {
    "accounts": rows.Account,
    "products": rows.Product,
    "plans": rows.Plan,
    "contract_lines": rows.ContractLine,
    "service_pauses": rows.ServicePause,
    "invoices": rows.Invoice,
}
SHAPES: dict[str, Callable[[StripeBook, Path], None]] = {
    "api": write_api,
    "airbyte": write_airbyte,
    "dlt": write_dlt,
    "fivetran": write_fivetran,
}
# One book per version of the API, with every situation of the simulation in them.
SEEDS = (2, 12)


def imported(source: Path, raw: Path, **options: str) -> ImportSummary:
    """Import an export; options by their names."""
    return run_import("stripe", source, raw, told=ImportOptions(options=options))


def tables(raw: Path) -> dict[str, Rows]:
    """Every table of a raw folder."""
    found = {}
    with duckdb.connect() as con:
        for table in TABLES:
            result = con.execute(f"select * from read_parquet('{raw / table}/stripe.parquet')")
            names = [column[0] for column in result.description or []]
            found[table] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return found


@pytest.fixture(scope="module", params=SEEDS)
def book(request: pytest.FixtureRequest) -> StripeBook:
    """A random book."""
    return random_stripe_book(request.param, 25)


@pytest.fixture(scope="module")
def summary(book: StripeBook, tmp_path_factory: pytest.TempPathFactory) -> ImportSummary:
    """The book, imported from lists of the API."""
    folder = tmp_path_factory.mktemp("stripe")
    write_api(book, folder / "export")
    return imported(folder / "export", folder / "raw", exported_on=str(book.as_of))


def test_the_books_hold_every_situation() -> None:
    """A simulation that never pauses or never credits would prove nothing."""
    books = [random_stripe_book(seed, 25) for seed in SEEDS]
    assert {book.basil for book in books} == {True, False}
    subscriptions = [sub for book in books for sub in book.subscriptions]
    lines = [line for book in books for x in book.invoices for line in x["lines"]["data"]]
    assert {x.status for x in subscriptions} >= {"active", "canceled", "incomplete_expired"}
    assert any(x.paused_from for x in subscriptions) and any(x.trial_end for x in subscriptions)
    assert any(x.cancel_at_period_end for x in subscriptions)
    assert any(item.removed_at for x in subscriptions for item in x.items)
    assert any(line["_proration"] and line["amount"] < 0 for line in lines)
    coupons = [x.coupon for x in subscriptions if x.coupon]
    assert {x.duration for x in coupons} == {"once", "repeating", "forever"}
    assert any(x.amount for x in coupons) and any(x.percent for x in coupons)
    assert {x.currency for x in subscriptions} == set(COINS)
    assert any(book.credit_notes for book in books) and any(book.refunds for book in books)


@pytest.mark.parametrize("shape", ["airbyte", "dlt", "fivetran"])
def test_every_shape_gives_the_same_raw_tables(
    book: StripeBook, summary: ImportSummary, shape: str, tmp_path: Path
) -> None:
    if book.basil and shape == "airbyte":
        pytest.skip("the shape is read by the layout of the API, of which the other book has both")
    SHAPES[shape](book, tmp_path / "export")
    imported(tmp_path / "export", tmp_path / "raw", exported_on=str(book.as_of))
    found, expected = tables(tmp_path / "raw"), tables(summary.target)
    for table in TABLES:
        assert found[table] == expected[table], table


def test_mrr_of_every_month_is_that_of_the_book(book: StripeBook, summary: ImportSummary) -> None:
    """To the smallest coin, by customer and product, with all rates 1."""
    raw = rows.Book()
    for table, content in tables(summary.target).items():
        names = {field.name for field in fields(TABLES[table])}
        for row in content:
            known = {name: value for name, value in row.items() if name in names}
            getattr(raw, table).append(TABLES[table](**known))
    start = date(2020, 1, 1)
    raw.fx_rates += [rows.FxRate(x.upper(), "budget", start, Decimal(1)) for x in COINS]
    result = compute(raw, Settings(book.as_of, reporting_currency="KWD"))
    assert result.rejected == []
    found: dict[tuple[date, str, str], Fraction] = {
        (month, account, product): balance.mrr
        for (account, product, month), balance in result.restated.balances.items()
        if balance.mrr
    }
    expected = {}
    for year in (2023, 2024, 2025):
        for month in range(1, 13):
            last = date(year, month, monthrange(year, month)[1])
            if last < book.as_of:
                for (account, product), value in book.mrr(last).items():
                    expected[last.replace(day=1), account, product] = value
    found = {key: value for key, value in found.items() if key[0] < book.as_of.replace(day=1)}
    assert found == expected and len(expected) > 200


def test_rows_and_money_are_conserved(book: StripeBook, summary: ImportSummary) -> None:
    content = tables(summary.target)
    lists = api_lists(book)
    assert {x["account_id"] for x in content["accounts"]} == {x["id"] for x in lists["customers"]}
    credited = {x["refund"] for x in lists["credit_notes"]}
    paid_back = [x for x in lists["refunds"] if x["status"] != "failed" and x["id"] not in credited]
    documents = [*lists["invoices"], *lists["credit_notes"], *paid_back]
    assert Counter(x["invoice_id"] for x in content["invoices"]) == Counter(
        x["id"] for x in documents
    )
    expected: Counter[tuple[str, str]] = Counter()
    for kind, group in (("invoice", lists["invoices"]), ("credit_note", lists["credit_notes"])):
        for x in group:
            expected[kind, x["currency"].upper()] += x["subtotal"]
    found: Counter[tuple[str, str]] = Counter()
    for x in content["invoices"]:
        if x["kind"] != "refund":
            found[x["kind"], x["currency"]] += int(x["amount"] * COINS[x["currency"].lower()])
    assert found == expected
    items = {x["id"] for sub in lists["subscriptions"] for x in sub["items"]["data"]}
    lines = [line for x in book.invoices for line in x["lines"]["data"]]
    recurring = {
        x["contract_line_id"] for x in content["contract_lines"] if x["charge_type"] == "recurring"
    }
    assert recurring == items | {line["_item"] for line in lines}


def test_same_rows_same_bytes(book: StripeBook, summary: ImportSummary, tmp_path: Path) -> None:
    shuffle = random.Random(5).shuffle
    (tmp_path / "export").mkdir()
    for name, objects in api_lists(book).items():
        shuffle(objects)
        for x in objects:
            for part in ("lines", "items"):
                if part in x:
                    shuffle(x[part]["data"])
        (tmp_path / "export" / f"{name}.json").write_text(json.dumps(objects))
    imported(tmp_path / "export", tmp_path / "raw", exported_on=str(book.as_of))
    for path in sorted(summary.target.glob("*/*.parquet")):
        again = tmp_path / "raw" / path.relative_to(summary.target)
        assert digest(path) == digest(again), path


def digest(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- One situation each, written by hand ----

DAY = 86400
START = 1735689600  # 2025-01-01 00:00 UTC


def price(name: str = "p", amount: int | None = 1000, currency: str = "usd", **other: Any) -> Any:
    """A monthly price of product `prod`."""
    return {
        "id": name, "product": "prod", "currency": currency, "unit_amount": amount, "livemode": True,
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    } | other  # fmt: skip


def subscription(name: str = "sub", **other: Any) -> Any:
    """An active subscription of two units, begun 2025-01-01."""
    items = other.pop("items", [{"id": "si", "quantity": 2, "price": "p", "created": START}])
    return {
        "id": name, "customer": "cus", "status": "active", "created": START, "start_date": START,
        "billing_cycle_anchor": START, "livemode": True, "items": {"data": items},
        "current_period_end": START + 31 * DAY,
    } | other  # fmt: skip


def line(name: str, start: int, end: int, amount: int, quantity: int = 2, **other: Any) -> Any:
    """An invoice line of item `si`; days since the start."""
    return {
        "id": name, "amount": amount, "currency": "usd", "quantity": quantity, "subscription": "sub",
        "subscription_item": "si", "price": {"id": "p"}, "livemode": True, "proration": False,
        "period": {"start": START + start * DAY, "end": START + end * DAY},
    } | other  # fmt: skip


def invoice(name: str, day: int, lines: list[Any], **other: Any) -> Any:
    """A paid invoice of some lines."""
    total = sum(x["amount"] for x in lines)
    return {
        "id": name, "customer": "cus", "subscription": "sub", "status": "paid", "currency": "usd",
        "created": START + day * DAY, "total": total, "tax": None, "livemode": True,
        "status_transitions": {"paid_at": START + day * DAY}, "lines": {"data": lines},
    } | other  # fmt: skip


def of(tmp_path: Path, told: dict[str, str] | None = None, **lists: Any) -> dict[str, Rows]:
    """Import hand-made lists; customer, product and price are there unless they are given."""
    given = {
        "customers": [{"id": "cus", "name": "C", "created": START, "livemode": True}],
        "products": [{"id": "prod", "name": "P", "unit_label": "Seat", "livemode": True}],
        "prices": [price()],
        "subscriptions": [subscription()],
    } | lists
    source = tmp_path / "export"
    source.mkdir()
    for name, objects in given.items():
        (source / f"{name}.json").write_text(json.dumps({"object": "list", "data": objects}))
    imported(source, tmp_path / "raw", **(told or {}))
    return tables(tmp_path / "raw")


def picked(content: dict[str, Rows], *columns: str, table: str = "contract_lines") -> list[Any]:
    """Some columns of every row, days and numbers as text."""

    def shown(value: Any) -> Any:
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return str(value) if isinstance(value, date) else value

    return [tuple(shown(row[x]) for x in columns) for row in content[table]]


def losses(tmp_path: Path) -> list[dict[str, Any]]:
    """What the import left out, as import.json says it."""
    record = json.loads((tmp_path / "raw" / "import.json").read_text())
    return [x for x in record["imports"]["stripe"]["losses"] if x["rows"]]


def test_without_invoices_a_line_is_what_the_item_says_now(tmp_path: Path) -> None:
    content = of(tmp_path)
    columns = ("contract_line_id", "quantity", "unit_price", "starts_on", "ends_on", "currency")
    assert picked(content, *columns) == [("si", "2", "10", "2025-01-01", None, "USD")]
    assert any("no invoice lines" in x["reason"] for x in losses(tmp_path))


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("usd", "12.34"), ("jpy", "1234"), ("kwd", "1.234"), ("isk", "12.34"), ("ugx", "12.34"), ("mga", "1234")],
)  # fmt: skip
def test_amounts_are_in_stripes_own_coins(currency: str, amount: str, tmp_path: Path) -> None:
    content = of(tmp_path, prices=[price(amount=1234, currency=currency)])
    assert picked(content, "unit_price", "currency") == [(amount, currency.upper())]


def test_a_proration_begins_a_version_and_a_renewal_on_the_same_terms_none(tmp_path: Path) -> None:
    lines = [
        invoice("in1", 0, [line("il1", 0, 31, 1000, 1)]),
        invoice("in2", 10, [
            line("il2", 10, 31, -677, 1, proration=True), line("il3", 10, 31, 1355, 2, proration=True)
        ]),
        invoice("in3", 31, [line("il4", 31, 59, 2000)]),
    ]  # fmt: skip
    content = of(tmp_path, invoices=lines)
    assert picked(content, "quantity", "unit_price", "effective_from") == [
        ("1", "10", "2025-01-01"),
        ("2", "10", "2025-01-11"),
    ]
    assert [(x["what"], x["rows"]) for x in losses(tmp_path)] == [("invoice_lines", 1)]


def test_a_change_that_nothing_bills_counts_from_the_day_of_the_export(tmp_path: Path) -> None:
    content = of(
        tmp_path, {"exported_on": "2025-01-20"}, invoices=[invoice("in1", 0, [line("il1", 0, 31, 5000, 5)])]
    )  # fmt: skip
    assert picked(content, "quantity", "effective_from") == [
        ("5", "2025-01-01"),
        ("2", "2025-01-20"),
    ]


def test_an_item_that_is_taken_out_ends_with_its_credit(tmp_path: Path) -> None:
    other = {"id": "si2", "quantity": 1, "price": "p", "created": START}
    lines = [
        invoice("in1", 0, [line("il1", 0, 31, 2000), line("il2", 0, 31, 1000, 1, subscription_item="si2")]),
        invoice("in2", 10, [line("il3", 10, 31, -1355, proration=True)]),
    ]  # fmt: skip
    content = of(tmp_path, subscriptions=[subscription(items=[other])], invoices=lines)
    assert picked(content, "contract_line_id", "starts_on", "terminated_on") == [
        ("si", "2025-01-01", "2025-01-10"),
        ("si2", "2025-01-01", None),
    ]


def test_ends_at_once_with_notice_and_by_agreement(tmp_path: Path) -> None:
    def one(name: str, **other: Any) -> Any:
        item = {"id": name, "quantity": 2, "price": other.pop("price", "p"), "created": START}
        return subscription(f"sub_{name}", items=[item], **other)

    notice, end = START + 14 * DAY, START + 31 * DAY
    year = price("y", recurring={"interval": "year", "interval_count": 1})
    content = of(
        tmp_path,
        {"exported_on": "2025-06-30"},
        prices=[price(), year],
        subscriptions=[
            one("at_once", status="canceled", canceled_at=notice, ended_at=notice),
            one("month", canceled_at=notice, cancel_at=end, cancel_at_period_end=True),
            one("year", price="y", canceled_at=notice, cancel_at=START + 365 * DAY),
            one("agreed", cancel_at=START + 90 * DAY),
            one("same_day", status="canceled", canceled_at=START + 60, ended_at=START + 60),
            one("never", status="incomplete_expired"),
        ],
    )
    ends = ("ends_on", "cancel_notice_on", "terminated_on", "status")
    assert picked(content, "contract_line_id", "effective_from", *ends) == [
        ("agreed", "2025-01-01", "2025-03-31", None, None, None),
        ("at_once", "2025-01-01", None, None, "2025-01-14", None),
        ("month", "2025-01-01", None, None, None, None),
        ("month", "2025-01-15", None, "2025-01-15", None, None),
        ("never", "2025-01-01", None, None, None, "void"),
        ("same_day", "2025-01-01", None, None, None, "void"),
        ("year", "2025-01-01", None, None, None, None),
        ("year", "2025-01-15", "2025-12-31", "2025-01-15", None, None),
    ]


def test_a_trial_is_a_version_until_it_is_paid(tmp_path: Path) -> None:
    trial = {"trial_start": START, "trial_end": START + 14 * DAY}
    lines = [
        invoice("in1", 0, [line("il1", 0, 14, 0)]),
        invoice("in2", 14, [line("il2", 14, 45, 2000)]),
    ]
    content = of(tmp_path, subscriptions=[subscription(**trial)], invoices=lines)
    assert picked(content, "effective_from", "is_trial") == [
        ("2025-01-01", True),
        ("2025-01-15", False),
    ]


def test_a_running_trial_is_not_paid_yet(tmp_path: Path) -> None:
    trial = {"status": "trialing", "trial_start": START, "trial_end": START + 14 * DAY}
    content = of(tmp_path, subscriptions=[subscription(**trial)])
    assert picked(content, "effective_from", "is_trial") == [("2025-01-01", True)]


def test_tiers_are_one_average_price(tmp_path: Path) -> None:
    tiers = [
        {"up_to": 5, "unit_amount": 500},
        {"up_to": None, "unit_amount": 300, "flat_amount": 60},
    ]
    prices = [
        price("g", None, billing_scheme="tiered", tiers_mode="graduated", tiers=tiers),
        price("v", None, billing_scheme="tiered", tiers_mode="volume", tiers=tiers),
        price("d", 900, transform_quantity={"divide_by": 4, "round": "up"}),
    ]
    items = [{"id": x, "quantity": 8, "price": x, "created": START} for x in ("g", "v", "d")]
    content = of(tmp_path, prices=prices, subscriptions=[subscription(items=items)])
    assert picked(content, "contract_line_id", "quantity", "unit_price") == [
        ("d", "2", "9"),
        ("g", "8", "4.325"),
        ("v", "8", "3.075"),
    ]


def test_tiers_that_the_export_lacks_follow_from_what_was_billed(tmp_path: Path) -> None:
    tiered = price(amount=None, billing_scheme="tiered")
    lines = [
        invoice("in1", 0, [line("il1", 0, 31, 3000, 8)]),
        invoice("in2", 10, [line("il2", 10, 31, 2709, 10, proration=True)]),
    ]
    content = of(tmp_path, prices=[tiered], invoices=lines, subscriptions=[
        subscription(items=[{"id": "si", "quantity": 10, "price": "p", "created": START}])])  # fmt: skip
    assert picked(content, "quantity", "unit_price") == [("8", "3.75"), ("10", "3.999")]


def test_metered_use_and_single_charges_are_no_subscription(tmp_path: Path) -> None:
    metered = price(recurring={"interval": "month", "interval_count": 1, "usage_type": "metered"})
    lines = [
        line("il1", 14, 45, 777, 70),
        line("il2", 3, 3, 900, 1, subscription_item=None, price={"id": "once", "product": "prod"}),
        line("il3", 3, 3, 500, 1, subscription_item=None, price=None),
    ]
    content = of(tmp_path, prices=[metered, price("once", 900, recurring=None)], invoices=[
        invoice("in1", 45, lines), invoice("in2", 45, [line("il4", 45, 76, 1, 1)], status="draft")])  # fmt: skip
    columns = ("contract_line_id", "charge_type", "amount", "starts_on", "ends_on")
    assert picked(content, *columns) == [
        ("il1", "usage", "7.77", "2025-02-01", "2025-02-14"),
        ("il2", "one_time", "9", "2025-01-04", "2025-01-04"),
    ]
    assert {(x["what"], x["rows"]) for x in losses(tmp_path)} == {
        ("invoice_lines", 1), ("invoices", 1)}  # fmt: skip


def test_coupons_reduce_an_item_a_subscription_or_what_a_customer_has(tmp_path: Path) -> None:
    def coupon(name: str, **terms: Any) -> Any:
        return {"id": name, "start": START, "end": None,
                "coupon": {"id": "c", "duration": "forever", "livemode": True} | terms}  # fmt: skip

    item = {"id": "si", "quantity": 2, "price": "p", "created": START,
            "discounts": [coupon("di_item", percent_off=12.5)]}  # fmt: skip
    content = of(
        tmp_path,
        customers=[{"id": "cus", "livemode": True, "discount": coupon("di_all", percent_off=5)}],
        subscriptions=[
            subscription(items=[item], discounts=[
                coupon("di_amount", amount_off=300, currency="usd", duration="once")]),
            subscription("sub2", items=[{"id": "si2", "quantity": 1, "price": "p", "created": START}]),
        ],
    )  # fmt: skip
    found = {
        x["contract_line_id"]: x
        for x in content["contract_lines"]
        if x["charge_type"] == "discount"
    }
    columns = ("unit_price", "discount_rate", "discount_scope", "parent_line_id", "contract_id", "ends_on",
               "discount_order")  # fmt: skip
    assert {key: picked({"contract_lines": [x]}, *columns)[0] for key, x in found.items()} == {
        "di_item": ("0", "0.125", "line", "si", "sub", None, 1),
        "di_amount": ("-3", None, "contract", None, "sub", "2025-01-31", 2),
        "di_all/sub2": ("0", "0.05", "contract", None, "sub2", None, 1),
    }


def test_a_price_that_includes_tax(tmp_path: Path) -> None:
    rate = {"percentage": 10, "inclusive": True}
    content = of(
        tmp_path, prices=[price(amount=1100, currency="jpy", tax_behavior="inclusive")],
        subscriptions=[subscription(default_tax_rates=[rate])],
    )  # fmt: skip
    assert picked(content, "unit_price", "tax_rate", "is_tax_inclusive") == [("1100", "0.1", True)]


def test_phases_to_come_are_signed_starts(tmp_path: Path) -> None:
    phases = [
        {"start_date": START, "end_date": START + 59 * DAY, "items": [{"price": "p", "quantity": 2}]},
        {"start_date": START + 59 * DAY, "end_date": START + 90 * DAY, "items": [{"price": "p2", "quantity": 9}]},
    ]  # fmt: skip
    schedule = {"id": "sched", "customer": "cus", "subscription": "sub", "status": "active",
                "created": START + DAY, "end_behavior": "release", "phases": phases, "livemode": True}  # fmt: skip
    coming = schedule | {"id": "new", "subscription": None, "status": "not_started", "phases": phases[1:],
                         "end_behavior": "cancel"}  # fmt: skip
    content = of(tmp_path, {"exported_on": "2025-01-20"}, prices=[price(), price("p2", 700)],
                 subscription_schedules=[schedule, coming])  # fmt: skip
    columns = ("contract_line_id", "plan_id", "quantity", "effective_from", "signed_on", "ends_on")
    assert picked(content, *columns) == [
        ("new/p2", "p2", "9", "2025-03-01", "2025-01-02", "2025-03-31"),
        ("si", "p", "2", "2025-01-01", None, None),
        ("si", "p2", "9", "2025-03-01", "2025-01-02", None),
    ]


def test_test_mode_is_left_out_by_name(tmp_path: Path) -> None:
    test = {"livemode": False, "customer": "cus_t"}
    lists = {
        "customers": [{"id": "cus", "livemode": True}, {"id": "cus_t", "livemode": False}],
        "subscriptions": [subscription(), subscription(
            "sub_t", items=[{"id": "si_t", "quantity": 1, "price": "p", "created": START}], **test)],
    }  # fmt: skip
    (tmp_path / "one").mkdir()
    content = of(tmp_path / "one", **lists)
    assert picked(content, "account_id", table="accounts") == [("cus",)]
    assert picked(content, "contract_line_id") == [("si",)]
    assert {x["what"]: x["keys"] for x in losses(tmp_path / "one") if "test mode" in x["reason"]} == {
        "customers": ["cus_t"], "subscriptions": ["sub_t"]}  # fmt: skip
    (tmp_path / "two").mkdir()
    content = of(tmp_path / "two", {"test_mode": "keep"}, **lists)
    assert len(content["accounts"]) == 2 and len(content["contract_lines"]) == 2


def test_a_deleted_customer_keeps_its_history(tmp_path: Path) -> None:
    content = of(tmp_path, customers=[])
    assert picked(content, "account_id", "account_name", table="accounts") == [("cus", None)]


def test_repeated_and_broken_rows_arrive(tmp_path: Path) -> None:
    broken = invoice(
        "in1", 0, [line("il1", 0, 31, 2000, created="?")], created="soon", total="much"
    )
    again = {"id": "cus", "name": "C", "created": START, "livemode": True}
    content = of(tmp_path, customers=[again, again], invoices=[broken, broken], subscriptions=[
        subscription(items=[{"id": "si", "quantity": "two", "price": "p", "created": START}])])  # fmt: skip
    assert len(content["accounts"]) == 2
    assert picked(content, "issued_on", "amount", table="invoices") == [("soon", "much")] * 2
    assert ("two",) in picked(content, "quantity")


def test_what_is_paid_credited_and_paid_back(tmp_path: Path) -> None:
    lines = [line("il1", 0, 31, 2000)]
    content = of(
        tmp_path,
        invoices=[
            invoice("in1", 0, lines, total=2200, tax=200, charge="ch1"),
            invoice("in2", 0, [], total=1100, tax=100, status="open", amount_paid=550,
                    status_transitions=None, due_date=START + 30 * DAY),
        ],
        credit_notes=[{"id": "cn", "invoice": "in2", "customer": "cus", "created": START, "currency": "usd",
                       "total": 110, "total_excluding_tax": 100, "refund": "re2", "livemode": True}],
        refunds=[
            {"id": "re1", "charge": "ch1", "amount": 1100, "currency": "usd", "created": START + DAY},
            {"id": "re2", "charge": "ch1", "amount": 110, "currency": "usd", "created": START},
            {"id": "re3", "charge": "ch1", "amount": 1, "currency": "usd", "created": START, "status": "failed"},
        ],
    )  # fmt: skip
    columns = ("invoice_id", "kind", "account_id", "amount", "paid_amount", "paid_on", "settles_invoice_id",
               "contract_line_id")  # fmt: skip
    assert picked(content, *columns, table="invoices") == [
        ("cn", "credit_note", "cus", "1", None, None, "in2", None),
        ("in1", "invoice", "cus", "20", None, "2025-01-01", None, "si"),
        ("in2", "invoice", "cus", "10", "5", None, None, None),
        ("re1", "refund", "cus", "10", None, None, None, None),
    ]
    assert {(x["reason"][:24], x["rows"]) for x in losses(tmp_path)} == {
        ("paid back for a credit n", 1), ("no money was paid back", 1)}  # fmt: skip


def test_history_tells_when_pauses_began_and_ended(tmp_path: Path) -> None:
    def write(name: str, content: Rows) -> None:
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(content[0]))
            writer.writeheader()
            writer.writerows(content)

    sub = {"id": "sub", "customer_id": "cus", "status": "active", "created": "2025-01-01 00:00:00",
           "current_period_end": "2025-07-01 00:00:00"}  # fmt: skip
    write("customer", [{"id": "cus"}])
    write("subscription_history", [
        sub | {"_fivetran_start": f"2025-0{month}-10 12:00:00", "_fivetran_active": str(month == 6).lower(),
               "pause_collection_behavior": behavior}
        for month, behavior in ((1, None), (2, "void"), (3, "void"), (4, None), (6, "void"))
    ])  # fmt: skip
    write(
        "subscription_item", [{"id": "si", "subscription_id": "sub", "plan_id": "p", "quantity": 1}]
    )
    write("invoice_line_item", [
        {"id": f"il{month}", "invoice_id": f"in{month}", "subscription_id": "sub", "subscription_item_id": "si",
         "amount": 1, "quantity": 1, "period_start": f"2025-0{month}-01 00:00:00",
         "period_end": f"2025-0{month + 1}-01 00:00:00"}
        for month in range(1, 7)
    ])  # fmt: skip
    imported(tmp_path, tmp_path / "raw")
    content = tables(tmp_path / "raw")
    assert picked(
        content, "contract_line_id", "paused_from", "paused_to", table="service_pauses"
    ) == [
        ("si", "2025-03-01", "2025-04-30"),
        ("si", "2025-07-01", None),
    ]


def test_days_are_those_of_the_zone_that_is_named(tmp_path: Path) -> None:
    late = START + 20 * 3600
    content = of(tmp_path, {"timezone": "Asia/Tokyo"}, subscriptions=[subscription(created=late, start_date=late)])  # fmt: skip
    assert picked(content, "starts_on") == [("2025-01-02",)]
