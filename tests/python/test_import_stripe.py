"""Stripe: random books in every shape of an export, and what each situation becomes."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
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
    found: dict[str, Rows] = {}
    with duckdb.connect() as con:
        for table in TABLES:
            found[table] = []
            if not (raw / table / "stripe.parquet").exists():
                continue
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


def test_every_shape_gives_the_same_raw_tables(
    book: StripeBook, summary: ImportSummary, tmp_path: Path
) -> None:
    """Each version of the API in the two shapes that tell it apart, the flat one once."""
    expected = tables(summary.target)
    for shape in ("dlt",) if book.basil else ("airbyte", "dlt", "fivetran"):
        folder = tmp_path / shape
        SHAPES[shape](book, folder / "export")
        imported(folder / "export", folder / "raw", exported_on=str(book.as_of))
        found = tables(folder / "raw")
        for table in TABLES:
            assert found[table] == expected[table], (shape, table)


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
    if book.basil:
        pytest.skip("one book is enough")
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
        "id": name,
        "product": "prod",
        "currency": currency,
        "unit_amount": amount,
        "livemode": True,
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    } | other


def subscription(name: str = "sub", **other: Any) -> Any:
    """An active subscription of two units, begun 2025-01-01."""
    items = other.pop("items", [{"id": "si", "quantity": 2, "price": "p", "created": START}])
    return {
        "id": name,
        "customer": "cus",
        "status": "active",
        "created": START,
        "start_date": START,
        "billing_cycle_anchor": START,
        "livemode": True,
        "items": {"data": items},
        "current_period_end": START + 31 * DAY,
    } | other


def line(name: str, start: int, end: int, amount: int, quantity: int = 2, **other: Any) -> Any:
    """An invoice line of item `si`; days since the start."""
    return {
        "id": name,
        "amount": amount,
        "currency": "usd",
        "quantity": quantity,
        "subscription": "sub",
        "subscription_item": "si",
        "price": {"id": "p"},
        "livemode": True,
        "proration": False,
        "period": {"start": START + start * DAY, "end": START + end * DAY},
    } | other


def invoice(name: str, day: int, lines: list[Any], **other: Any) -> Any:
    """A paid invoice of some lines."""
    total = sum(x["amount"] for x in lines)
    return {
        "id": name,
        "customer": "cus",
        "subscription": "sub",
        "status": "paid",
        "currency": "usd",
        "created": START + day * DAY,
        "total": total,
        "tax": None,
        "livemode": True,
        "status_transitions": {"paid_at": START + day * DAY},
        "lines": {"data": lines},
    } | other


# Every situation is written once, with ids of its own, and all are imported together.
SITUATIONS: dict[str, dict[str, Any]] = {}
EXPORTED_ON = "2025-06-30"


def situation(name: str, **lists: Any) -> str:
    """Hand-made lists; customer, product, price and subscription are there unless given."""
    SITUATIONS[name] = {
        "customers": [{"id": "cus", "name": "C", "created": START, "livemode": True}],
        "products": [{"id": "prod", "name": "P", "unit_label": "Seat", "livemode": True}],
        "prices": [price()],
        "subscriptions": [subscription()],
    } | lists
    return name


def ids_of(value: Any) -> set[str]:
    """Every id of an object."""
    if isinstance(value, dict):
        own = {value["id"]} if isinstance(value.get("id"), str) else set()
        return own.union(*(ids_of(x) for x in value.values()))
    return set().union(*(ids_of(x) for x in value)) if isinstance(value, list) else set()


def renamed(value: Any, ids: set[str], prefix: str) -> Any:
    """The same with a prefix before every id."""
    if isinstance(value, dict):
        return {key: renamed(x, ids, prefix) for key, x in value.items()}
    if isinstance(value, list):
        return [renamed(x, ids, prefix) for x in value]
    return f"{prefix}_{value}" if isinstance(value, str) and value in ids else value


def write_situations(folder: Path, names: Iterable[str]) -> None:
    """Lists of the API with some situations."""
    lists: dict[str, list[Any]] = {}
    for name in names:
        ids = ids_of(list(SITUATIONS[name].values())) | {"cus", "sub", "si"}
        for kind, objects in SITUATIONS[name].items():
            lists.setdefault(kind, []).extend(renamed(objects, ids, name))
    folder.mkdir()
    for kind, objects in lists.items():
        content = {"object": "list", "data": objects}
        (folder / f"{kind}.json").write_text(json.dumps(content))


@dataclass(frozen=True)
class Made:
    """All situations, imported."""

    content: dict[str, Rows]
    losses: list[dict[str, Any]]

    def of(self, name: str) -> dict[str, Rows]:
        """The rows of one situation, with the ids that it was written with."""
        found: dict[str, Rows] = {}
        for table, content in self.content.items():
            key = next(iter(content[0])) if content else ""
            own = [row for row in content if str(row[key]).startswith(f"{name}_")]
            found[table] = [
                {
                    column: x.replace(f"{name}_", "") if isinstance(x, str) else x
                    for column, x in row.items()
                }
                for row in own
            ]
        return found

    def lost(self, name: str) -> list[tuple[str, str]]:
        """What of a situation was left out: source and key."""
        return sorted(
            (x["what"], key.removeprefix(f"{name}_"))
            for x in self.losses
            for key in x["keys"]
            if key.startswith(f"{name}_")
        )


def make(folder: Path, names: Iterable[str], **options: str) -> Made:
    """Import some situations."""
    write_situations(folder / "export", names)
    imported(folder / "export", folder / "raw", exported_on=EXPORTED_ON, **options)
    record = json.loads((folder / "raw" / "import.json").read_text())
    losses = [x for x in record["imports"]["stripe"]["losses"] if x.get("rows")]
    return Made(tables(folder / "raw"), losses)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """All situations together."""
    return make(tmp_path_factory.mktemp("situations"), SITUATIONS)


def picked(content: dict[str, Rows], *columns: str, table: str = "contract_lines") -> list[Any]:
    """Some columns of every row, days and numbers as text, in the order of lines and days."""

    def shown(value: Any) -> Any:
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return str(value) if isinstance(value, date) else value

    def place(row: dict[str, Any]) -> tuple[str, ...]:
        keys = ("invoice_id", "contract_line_id", "effective_from", "account_id")
        return tuple(str(row.get(key)) for key in keys)

    return [tuple(shown(row[x]) for x in columns) for row in sorted(content[table], key=place)]


situation("plain")


def test_without_an_invoice_a_line_is_what_the_item_says_now(made: Made) -> None:
    columns = ("contract_line_id", "quantity", "unit_price", "starts_on", "ends_on", "currency")
    assert picked(made.of("plain"), *columns) == [("si", "2", "10", "2025-01-01", None, "USD")]


COIN_CASES = {
    "usd": "12.34",
    "jpy": "1234",
    "kwd": "1.234",
    "isk": "12.34",
    "ugx": "12.34",
    "mga": "1234",
}
for code in COIN_CASES:
    situation(f"coins{code}", prices=[price(amount=1234, currency=code)])


def test_amounts_are_in_stripes_own_coins(made: Made) -> None:
    for currency, amount in COIN_CASES.items():
        content = made.of(f"coins{currency}")
        assert picked(content, "unit_price", "currency") == [(amount, currency.upper())]


situation(
    "proration",
    invoices=[
        invoice("in1", 0, [line("il1", 0, 31, 1000, 1)]),
        invoice(
            "in2",
            10,
            [
                line("il2", 10, 31, -677, 1, proration=True),
                line("il3", 10, 31, 1355, 2, proration=True),
            ],
        ),
        invoice("in3", 31, [line("il4", 31, 59, 2000)]),
    ],
)


def test_a_proration_begins_a_version_and_a_renewal_on_the_same_terms_none(made: Made) -> None:
    assert picked(made.of("proration"), "quantity", "unit_price", "effective_from") == [
        ("1", "10", "2025-01-01"),
        ("2", "10", "2025-01-11"),
    ]
    assert made.lost("proration") == [("invoice_lines", "il2")]


situation("unbilled", invoices=[invoice("in1", 0, [line("il1", 0, 31, 5000, 5)])])


def test_a_change_that_nothing_bills_counts_from_the_day_of_the_export(made: Made) -> None:
    assert picked(made.of("unbilled"), "quantity", "effective_from") == [
        ("5", "2025-01-01"),
        ("2", EXPORTED_ON),
    ]


situation(
    "takenout",
    subscriptions=[
        subscription(items=[{"id": "si2", "quantity": 1, "price": "p", "created": START}])
    ],
    invoices=[
        invoice(
            "in1",
            0,
            [line("il1", 0, 31, 2000), line("il2", 0, 31, 1000, 1, subscription_item="si2")],
        ),
        invoice("in2", 10, [line("il3", 10, 31, -1355, proration=True)]),
    ],
)


def test_an_item_that_is_taken_out_ends_with_its_credit(made: Made) -> None:
    assert picked(made.of("takenout"), "contract_line_id", "starts_on", "terminated_on") == [
        ("si", "2025-01-01", "2025-01-10"),
        ("si2", "2025-01-01", None),
    ]


def ending(name: str, **other: Any) -> Any:
    """A subscription with an item of its name."""
    item = {"id": name, "quantity": 2, "price": other.pop("price", "p"), "created": START}
    return subscription(f"sub_{name}", items=[item], **other)


NOTICE, PERIOD_END = START + 14 * DAY, START + 31 * DAY
situation(
    "ends",
    prices=[price(), price("y", recurring={"interval": "year", "interval_count": 1})],
    subscriptions=[
        ending("at_once", status="canceled", canceled_at=NOTICE, ended_at=NOTICE),
        ending("monthly", canceled_at=NOTICE, cancel_at=PERIOD_END, cancel_at_period_end=True),
        ending("yearly", price="y", canceled_at=NOTICE, cancel_at=START + 365 * DAY),
        ending("agreed", cancel_at=START + 90 * DAY),
        ending("same_day", status="canceled", canceled_at=START + 60, ended_at=START + 60),
        ending("never", status="incomplete_expired"),
    ],
)


def test_ends_at_once_with_notice_and_by_agreement(made: Made) -> None:
    ends = ("ends_on", "cancel_notice_on", "terminated_on", "status")
    assert picked(made.of("ends"), "contract_line_id", "effective_from", *ends) == [
        ("agreed", "2025-01-01", "2025-03-31", None, None, None),
        ("at_once", "2025-01-01", None, None, "2025-01-14", None),
        ("monthly", "2025-01-01", None, None, None, None),
        ("monthly", "2025-01-15", None, "2025-01-15", None, None),
        ("never", "2025-01-01", None, None, None, "void"),
        ("same_day", "2025-01-01", None, None, None, "void"),
        ("yearly", "2025-01-01", None, None, None, None),
        ("yearly", "2025-01-15", "2025-12-31", "2025-01-15", None, None),
    ]


TRIAL: dict[str, Any] = {"trial_start": START, "trial_end": START + 14 * DAY}
situation(
    "trial",
    subscriptions=[subscription(**TRIAL)],
    invoices=[
        invoice("in1", 0, [line("il1", 0, 14, 0)]),
        invoice("in2", 14, [line("il2", 14, 45, 2000)]),
    ],
)
situation("trialing", subscriptions=[subscription(status="trialing", **TRIAL)])
situation("silent", subscriptions=[subscription(**TRIAL)])


def test_a_trial_is_a_version_until_it_is_paid(made: Made) -> None:
    both = [("2025-01-01", True), ("2025-01-15", False)]
    assert picked(made.of("trial"), "effective_from", "is_trial") == both
    assert picked(made.of("silent"), "effective_from", "is_trial") == both
    assert picked(made.of("trialing"), "effective_from", "is_trial") == both[:1]


TIERS = [{"up_to": 5, "unit_amount": 500}, {"up_to": None, "unit_amount": 300, "flat_amount": 60}]
situation(
    "tiers",
    prices=[
        price("g", None, billing_scheme="tiered", tiers_mode="graduated", tiers=TIERS),
        price("v", None, billing_scheme="tiered", tiers_mode="volume", tiers=TIERS),
        price("d", 900, transform_quantity={"divide_by": 4, "round": "up"}),
    ],
    subscriptions=[
        subscription(
            items=[{"id": f"si{x}", "quantity": 8, "price": x, "created": START} for x in "gvd"]
        )
    ],
)


def test_tiers_are_one_average_price_and_packages_are_units(made: Made) -> None:
    assert picked(made.of("tiers"), "contract_line_id", "quantity", "unit_price") == [
        ("sid", "2", "9"),
        ("sig", "8", "4.325"),
        ("siv", "8", "3.075"),
    ]


situation(
    "untold",
    prices=[price(amount=None, billing_scheme="tiered")],
    subscriptions=[
        subscription(items=[{"id": "si", "quantity": 7, "price": "p", "created": START}])
    ],
    invoices=[
        invoice("in1", 0, [line("il1", 0, 31, 3000, 8)]),
        invoice("in2", 10, [line("il2", 10, 31, 1491, 7, proration=True)]),
    ],
)


def test_tiers_that_the_export_lacks_follow_from_what_was_billed(made: Made) -> None:
    """1491 for 21 of 31 days is 2201 for all of them; a seventh of it, never less than that."""
    assert picked(made.of("untold"), "quantity", "unit_price") == [
        ("8", "3.75"),
        ("7", "3.144285714286"),
    ]


situation(
    "metered",
    prices=[
        price(recurring={"interval": "month", "interval_count": 1, "usage_type": "metered"}),
        price("once", 900, recurring=None),
    ],
    invoices=[
        invoice(
            "in1",
            45,
            [
                line("il1", 14, 45, 777, 70),
                line(
                    "il2",
                    3,
                    3,
                    900,
                    1,
                    subscription_item=None,
                    price={"id": "once", "product": "prod"},
                ),
                line("il3", 3, 3, 500, 1, subscription_item=None, price=None),
            ],
        ),
        invoice("in2", 45, [line("il4", 45, 76, 1, 1)], status="draft"),
    ],
)


def test_metered_use_and_single_charges_are_no_subscription(made: Made) -> None:
    columns = ("contract_line_id", "charge_type", "amount", "starts_on", "ends_on")
    assert picked(made.of("metered"), *columns) == [
        ("il1", "usage", "7.77", "2025-02-01", "2025-02-14"),
        ("il2", "one_time", "9", "2025-01-04", "2025-01-04"),
    ]
    lost = [("invoice_lines", "il3"), ("invoice_lines", "il4"), ("invoices", "in2")]
    assert made.lost("metered") == lost


def coupon(name: str, **terms: Any) -> Any:
    """A discount since the start."""
    return {
        "id": name,
        "start": START,
        "end": None,
        "coupon": {"id": f"c_{name}", "duration": "forever", "livemode": True} | terms,
    }


situation(
    "coupons",
    customers=[{"id": "cus", "livemode": True, "discount": coupon("di_all", percent_off=5)}],
    subscriptions=[
        subscription(
            items=[
                {
                    "id": "si",
                    "quantity": 2,
                    "price": "p",
                    "created": START,
                    "discounts": [coupon("di_item", percent_off=12.5)],
                }
            ],
            discounts=[coupon("di_amount", amount_off=300, currency="usd", duration="once")],
        ),
        subscription("sub2", items=[{"id": "si2", "quantity": 1, "price": "p", "created": START}]),
    ],
)


def test_coupons_reduce_an_item_a_subscription_or_what_a_customer_has(made: Made) -> None:
    content = made.of("coupons")
    content["contract_lines"] = [
        x for x in content["contract_lines"] if x["charge_type"] == "discount"
    ]
    columns = (
        "contract_line_id",
        "unit_price",
        "discount_rate",
        "discount_scope",
        "parent_line_id",
        "contract_id",
        "ends_on",
        "discount_order",
    )
    assert picked(content, *columns) == [
        ("di_all/sub2", "0", "0.05", "contract", None, "sub2", None, 1),
        ("di_amount", "-3", None, "contract", None, "sub", "2025-01-31", 2),
        ("di_item", "0", "0.125", "line", "si", "sub", None, 1),
    ]


situation(
    "inclusive",
    prices=[price(amount=1100, currency="jpy", tax_behavior="inclusive")],
    subscriptions=[
        subscription(default_tax_rates=[{"id": "txr", "percentage": 10, "inclusive": True}])
    ],
)


def test_a_price_that_includes_tax(made: Made) -> None:
    found = picked(made.of("inclusive"), "unit_price", "tax_rate", "is_tax_inclusive")
    assert found == [("1100", "0.1", True)]


PHASES = [
    {"start_date": START, "end_date": START + 243 * DAY, "items": [{"price": "p", "quantity": 2}]},
    {
        "start_date": START + 243 * DAY,
        "end_date": START + 273 * DAY,
        "items": [{"price": "p2", "quantity": 9}],
    },
]
SCHEDULE = {
    "id": "sched",
    "customer": "cus",
    "subscription": "sub",
    "status": "active",
    "livemode": True,
    "created": START + DAY,
    "end_behavior": "release",
    "phases": PHASES,
}
situation(
    "phases",
    prices=[price(), price("p2", 700)],
    subscription_schedules=[
        SCHEDULE,
        SCHEDULE
        | {
            "id": "new",
            "subscription": None,
            "status": "not_started",
            "phases": PHASES[1:],
            "end_behavior": "cancel",
        },
    ],
)


def test_phases_to_come_are_signed_starts(made: Made) -> None:
    columns = ("contract_line_id", "plan_id", "quantity", "effective_from", "signed_on", "ends_on")
    assert picked(made.of("phases"), *columns) == [
        ("new/p2", "p2", "9", "2025-09-01", "2025-01-02", "2025-09-30"),
        ("si", "p", "2", "2025-01-01", None, None),
        ("si", "p2", "9", "2025-09-01", "2025-01-02", None),
    ]


situation("gone", customers=[])


def test_a_deleted_customer_keeps_its_history(made: Made) -> None:
    assert picked(made.of("gone"), "account_id", "account_name", table="accounts") == [
        ("cus", None)
    ]


AGAIN = {"id": "cus", "name": "C", "created": START, "livemode": True}
BROKEN = invoice("in1", 0, [line("il1", 0, 31, 2000)], created="soon", total="much")
situation(
    "broken",
    customers=[AGAIN, AGAIN],
    invoices=[BROKEN, BROKEN],
    subscriptions=[
        subscription(items=[{"id": "si", "quantity": "two", "price": "p", "created": START}])
    ],
)


def test_repeated_and_broken_rows_arrive(made: Made) -> None:
    content = made.of("broken")
    assert len(content["accounts"]) == 2
    assert picked(content, "issued_on", "amount", table="invoices") == [("soon", "much")] * 2
    assert ("two",) in picked(content, "quantity")


situation(
    "money",
    invoices=[
        invoice("in1", 0, [line("il1", 0, 31, 2000)], total=2200, tax=200, charge="ch1"),
        invoice(
            "in2",
            0,
            [],
            total=1100,
            tax=100,
            status="open",
            amount_paid=550,
            status_transitions=None,
            due_date=START + 30 * DAY,
        ),
    ],
    credit_notes=[
        {
            "id": "cn",
            "invoice": "in2",
            "customer": "cus",
            "created": START,
            "currency": "usd",
            "total": 110,
            "total_excluding_tax": 100,
            "refund": "re_2",
            "livemode": True,
        }
    ],
    refunds=[
        {"id": "re_1", "charge": "ch1", "amount": 1100, "currency": "usd", "created": START + DAY},
        {"id": "re_2", "charge": "ch1", "amount": 110, "currency": "usd", "created": START},
        {"id": "re_3", "charge": "ch1", "amount": 1, "currency": "usd", "status": "failed"},
    ],
    charges=[{"id": "ch1", "customer": "cus", "invoice": "in1", "livemode": True}],
)


def test_what_is_paid_credited_and_paid_back(made: Made) -> None:
    columns = (
        "invoice_id",
        "kind",
        "account_id",
        "amount",
        "paid_amount",
        "paid_on",
        "settles_invoice_id",
        "contract_line_id",
    )
    assert picked(made.of("money"), *columns, table="invoices") == [
        ("cn", "credit_note", "cus", "1", None, None, "in2", None),
        ("in1", "invoice", "cus", "20", None, "2025-01-01", None, "si"),
        ("in2", "invoice", "cus", "10", "5", None, None, None),
        ("re_1", "refund", "cus", "10", None, None, None, None),
    ]
    assert made.lost("money") == [("refunds", "re_2"), ("refunds", "re_3")]


situation(
    "test",
    customers=[{"id": "cus", "livemode": True}, {"id": "cus_t", "livemode": False}],
    subscriptions=[
        subscription(),
        subscription(
            "sub_t",
            livemode=False,
            customer="cus_t",
            items=[{"id": "si_t", "quantity": 1, "price": "p", "created": START}],
        ),
    ],
)


def test_test_mode_is_left_out_by_name(made: Made, tmp_path: Path) -> None:
    assert picked(made.of("test"), "account_id", table="accounts") == [("cus",)]
    assert picked(made.of("test"), "contract_line_id") == [("si",)]
    assert made.lost("test") == [("customers", "cus_t"), ("subscriptions", "sub_t")]
    kept = make(tmp_path, ["test"], test_mode="keep", timezone="America/New_York")
    assert len(kept.of("test")["accounts"]) == 2 and len(kept.of("test")["contract_lines"]) == 2
    # Midnight of UTC is the evening before there, and nothing of the export was billed.
    assert {x for (x,) in picked(kept.of("test"), "starts_on")} == {"2024-12-31"}
    assert any("no invoice lines" in x["reason"] for x in kept.losses)


def test_history_tells_when_pauses_began_and_ended(tmp_path: Path) -> None:
    def write(name: str, content: Rows) -> None:
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(content[0]))
            writer.writeheader()
            writer.writerows(content)

    sub = {
        "id": "sub",
        "customer_id": "cus",
        "status": "active",
        "created": "2025-01-01 00:00:00",
        "current_period_end": "2025-07-01 00:00:00",
    }
    write("customer", [{"id": "cus"}])
    write(
        "subscription_history",
        [
            sub
            | {
                "_fivetran_start": f"2025-0{month}-10 12:00:00",
                "_fivetran_active": str(month == 6).lower(),
                "pause_collection_behavior": behavior,
            }
            for month, behavior in ((1, None), (2, "void"), (3, "void"), (4, None), (6, "void"))
        ],
    )
    write(
        "subscription_item", [{"id": "si", "subscription_id": "sub", "plan_id": "p", "quantity": 1}]
    )
    write(
        "invoice_line_item",
        [
            {
                "id": f"il{month}",
                "invoice_id": f"in{month}",
                "subscription_id": "sub",
                "subscription_item_id": "si",
                "amount": 1,
                "quantity": 1,
                "period_start": f"2025-0{month}-01 00:00:00",
                "period_end": f"2025-0{month + 1}-01 00:00:00",
            }
            for month in range(1, 7)
        ],
    )
    imported(tmp_path, tmp_path / "raw")
    content = tables(tmp_path / "raw")
    assert picked(
        content, "contract_line_id", "paused_from", "paused_to", table="service_pauses"
    ) == [
        ("si", "2025-03-01", "2025-04-30"),
        ("si", "2025-07-01", None),
    ]
