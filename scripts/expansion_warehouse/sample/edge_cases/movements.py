"""Sections 6.5 and 6.6: currencies, refunds, movements and retention."""

from __future__ import annotations

from expansion_warehouse.sample.edge_cases.rows import (
    A100,
    OTHER_PRODUCT,
    THIRD_PRODUCT,
    Row,
    TableRow,
    Value,
    account,
    case,
    invoice,
    line,
    renewed_a100,
)


def _amended(account_id: str, day: str, before: Row, after: Row) -> tuple[TableRow, TableRow]:
    """One line with a second version from `day` on, recorded on that day."""
    start = str(before.get("starts_on", "2025-04-01"))
    return (
        line(account_id, 1, **{"recorded_at": f"{start} 01:00:00", **before}),
        line(
            account_id,
            1,
            **{**before, **after},
            effective_from=day,
            recorded_at=f"{day} 01:00:00",
        ),
    )


def _price(amount: int, **columns: Value) -> Row:
    return {"unit_price": str(amount), **columns}


def _merged(into: str, gone: str, recorded_on: str) -> tuple[TableRow, TableRow, TableRow]:
    """Two accounts that are one from 1 June 2025, recorded on that day or later."""
    return (
        account(into),
        account(gone, recorded_at="2023-07-01 01:00:00"),
        account(
            gone,
            merged_into_account_id=into,
            merged_on="2025-06-01",
            effective_from="2025-06-01",
            recorded_at=f"{recorded_on} 01:00:00",
        ),
    )


def _refund(account_id: str, name: int, day: str, amount: str) -> TableRow:
    """Money paid back on that day; the amount is negative, as it leaves the company."""
    return invoice(account_id, name, day, amount, kind="refund", due_on=None, paid_on=day)


CASES = (
    case(
        "E58",
        "spot rate moves",
        account("E58", country="US"),
        line("E58", 1, unit_price="1000", currency="USD"),
    ),
    case(
        "E59",
        "currency changes at the renewal",
        account("E59", country="US"),
        line("E59", 1, unit_price="1000", currency="USD", ends_on="2025-09-30"),
        line("E59", 2, unit_price="160000", starts_on="2025-10-01", replaces_line_id="E59-1"),
    ),
    case(
        "E60",
        "budget rate of a new fiscal year",
        account("E60", country="US"),
        line("E60", 1, unit_price="1000", currency="USD", starts_on="2025-10-01"),
    ),
    case(
        "E61",
        "partial refund",
        *renewed_a100("E61"),
        invoice("E61", 1, "2025-04-01", "1200000", paid_on="2025-04-25"),
        invoice("E61", 2, "2026-04-01", "1200000", paid_on="2026-04-25"),
        _refund("E61", 3, "2025-06-15", "-100000"),
    ),
    case(
        "E62",
        "full refund and termination",
        line("E62", 1, **A100, recorded_at="2025-04-01 01:00:00"),
        line(
            "E62",
            1,
            **A100,
            terminated_on="2025-06-10",
            effective_from="2025-06-10",
            recorded_at="2025-06-10 01:00:00",
        ),
        invoice("E62", 1, "2025-04-01", "1200000", paid_on="2025-04-25"),
        _refund("E62", 2, "2025-06-10", "-1200000"),
    ),
    case(
        "E63",
        "credit note billed again",
        line("E63", 1),
        invoice("E63", 1, "2025-06-01", "100000", paid_on="2025-06-20"),
        invoice("E63", 2, "2025-06-30", "-100000", kind="credit_note", due_on=None),
        invoice("E63", 3, "2025-07-01", "100000", paid_on="2025-07-20"),
    ),
    case(
        "E64",
        "cross-sell and fewer seats together",
        *_amended("E64", "2025-06-01", _price(10000, quantity="10"), _price(10000, quantity="9")),
        line("E64", 2, product_id=OTHER_PRODUCT, unit_price="30000", starts_on="2025-06-01"),
    ),
    case(
        "E65",
        "more seats on a higher plan",
        *_amended(
            "E65",
            "2025-06-01",
            _price(1000, quantity="10", plan_id="EDGE-BASIC"),
            _price(1600, quantity="15", plan_id="EDGE-PRO"),
        ),
    ),
    case(
        "E66",
        "cheaper at the renewal",
        line("E66", 1, unit_price="150000", ends_on="2025-09-30"),
        line("E66", 2, unit_price="90000", starts_on="2025-10-01", replaces_line_id="E66-1"),
    ),
    case(
        "E67",
        "one product for another",
        account("E67-PLAIN"),
        account("E67-SUCCESSOR"),
        line("E67-PLAIN", 1, unit_price="50000", ends_on="2025-05-31"),
        line("E67-PLAIN", 2, unit_price="50000", product_id=THIRD_PRODUCT, starts_on="2025-06-01"),
        line("E67-SUCCESSOR", 1, unit_price="50000", product_id="EDGE-OLD", ends_on="2025-05-31"),
        line("E67-SUCCESSOR", 2, unit_price="50000", product_id="EDGE-NEW", starts_on="2025-06-01"),
    ),
    case(
        "E68",
        "upgrade and end in one month",
        *_amended("E68", "2025-06-10", _price(100000), _price(150000)),
        line(
            "E68",
            1,
            unit_price="150000",
            terminated_on="2025-06-25",
            effective_from="2025-06-25",
            recorded_at="2025-06-25 01:00:00",
        ),
    ),
    case(
        "E69",
        "leaves and returns within a month",
        line("E69", 1, ends_on="2025-05-05"),
        line("E69", 2, starts_on="2025-05-20"),
    ),
    case(
        "E70",
        "new and upgraded in one month",
        *_amended("E70", "2025-05-20", _price(100000, starts_on="2025-05-03"), _price(150000)),
    ),
    case("E71", "opens at zero", line("E71", 1, unit_price="50000", starts_on="2025-06-01")),
    case("E72", "everything leaves", line("E72", 1, ends_on="2025-05-31")),
    case(
        "E73",
        "back after one month",
        line("E73", 1, starts_on="2025-01-01", ends_on="2025-04-30"),
        line("E73", 2, starts_on="2025-06-01"),
    ),
    case(
        "E74",
        "back after thirteen months",
        line("E74", 1, starts_on="2024-01-01", ends_on="2024-06-30"),
        line("E74", 2, starts_on="2025-08-01"),
    ),
    case(
        "E75",
        "new inside the window and gone again",
        account("E75-UP"),
        account("E75-GONE"),
        account("E75-NEW"),
        *_amended("E75-UP", "2025-09-01", _price(600, starts_on="2025-01-01"), _price(700)),
        line("E75-GONE", 1, unit_price="400", starts_on="2025-01-01", ends_on="2025-07-31"),
        line("E75-NEW", 1, unit_price="500", starts_on="2025-06-01", ends_on="2025-11-30"),
    ),
    case(
        "E76",
        "opposite moves",
        account("E76-UP"),
        account("E76-DOWN"),
        *_amended("E76-UP", "2025-06-01", _price(100), _price(150)),
        *_amended("E76-DOWN", "2025-06-01", _price(100), _price(50)),
    ),
    case(
        "E77",
        "dips and recovers",
        *_amended("E77", "2025-06-01", _price(100), _price(80)),
        line(
            "E77",
            1,
            unit_price="100",
            effective_from="2025-09-01",
            recorded_at="2025-09-01 01:00:00",
        ),
    ),
    case("E78", "no row at the closing", line("E78", 1, ends_on="2025-08-31")),
    case(
        "E79",
        "moves to another segment",
        account("E79", recorded_at="2023-07-01 01:00:00"),
        account(
            "E79",
            size_band="Enterprise",
            employee_count=2000,
            effective_from="2025-10-01",
            recorded_at="2025-10-01 01:00:00",
        ),
        *_amended("E79", "2025-10-01", _price(100000), _price(300000)),
    ),
    case(
        "E80",
        "pause of two months",
        line("E80", 1),
        (
            "service_pauses",
            {
                "contract_line_id": "E80-1",
                "paused_from": "2025-06-01",
                "paused_to": "2025-07-31",
            },
        ),
    ),
    case(
        "E81",
        "invoice past due",
        account("E81"),
        account("E81-PAID"),
        line("E81", 1),
        invoice("E81", 1, "2025-03-31", "100000", paid_on=None),
        line("E81-PAID", 1),
        invoice("E81-PAID", 1, "2025-03-31", "100000", paid_on="2025-07-20"),
    ),
    case(
        "E82",
        "notice before the end of the term",
        *_amended(
            "E82",
            "2025-05-10",
            _price(1200000, billing_unit="year", starts_on="2024-09-01", ends_on="2025-08-31"),
            {"cancel_notice_on": "2025-05-10"},
        ),
    ),
    case(
        "E83",
        "early termination",
        *_amended("E83", "2025-05-20", dict(A100), {"terminated_on": "2025-05-20"}),
    ),
    case(
        "E84",
        "multi-year contract in its second year",
        line(
            "E84",
            1,
            unit_price="3600000",
            billing_unit="term",
            starts_on="2024-07-01",
            ends_on="2027-06-30",
        ),
    ),
    case(
        "E85",
        "a quarter of the amount up for renewal",
        line("E85", 1, unit_price="750000", starts_on="2024-01-01", ends_on="2026-12-31"),
        line(
            "E85",
            2,
            product_id=THIRD_PRODUCT,
            unit_price="250000",
            starts_on="2024-07-01",
            ends_on="2025-06-30",
        ),
        line(
            "E85",
            3,
            product_id=THIRD_PRODUCT,
            unit_price="200000",
            starts_on="2025-07-01",
            replaces_line_id="E85-2",
        ),
    ),
    case(
        "E86",
        "accounts merge",
        *_merged("E86-A", "E86-B", "2025-06-01"),
        *_amended("E86-A", "2025-06-01", _price(100000), _price(150000)),
        line("E86-B", 1, unit_price="50000", ends_on="2025-05-31"),
        # Heard of after June was closed; both contracts go on.
        *_merged("E86-LATE-A", "E86-LATE-B", "2025-07-20"),
        line("E86-LATE-A", 1),
        line("E86-LATE-B", 1, unit_price="50000"),
    ),
    case(
        "E87",
        "accounts merge with a cut",
        *_merged("E87-A", "E87-B", "2025-06-01"),
        *_amended("E87-A", "2025-06-01", _price(100000), _price(130000)),
        line("E87-B", 1, unit_price="50000", ends_on="2025-05-31"),
    ),
    case(
        "E88",
        "reseller",
        account("E88-RESELLER"),
        account("E88-X"),
        account("E88-Y"),
        line("E88-RESELLER", "X", end_customer_account_id="E88-X"),
        line("E88-RESELLER", "Y", end_customer_account_id="E88-Y"),
    ),
    case("E89", "opening of one yen", *_amended("E89", "2025-06-01", _price(1), _price(100000))),
)
