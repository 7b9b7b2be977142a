"""Section 6.4: rows as people really deliver them."""

from __future__ import annotations

from expansion_warehouse.sample.edge_cases.rows import Row, account, case, line

_MONTHLY_50: Row = {"unit_price": "50000"}
_E45_NAME = "E45 one account in three spellings"

CASES = (
    case("E40", "exact duplicate row", line("E40", 1), line("E40", 1)),
    case(
        "E41",
        "two versions of one line",
        line("E41", 1, recorded_at="2025-04-01 01:00:00"),
        line(
            "E41",
            1,
            unit_price="120000",
            effective_from="2025-05-10",
            recorded_at="2025-05-10 01:00:00",
        ),
    ),
    case(
        "E42",
        "two equal purchases on one day",
        line("E42", 1),
        line("E42", 2, **_MONTHLY_50, starts_on="2025-06-10"),
        line("E42", 3, **_MONTHLY_50, starts_on="2025-06-10"),
    ),
    case(
        "E43",
        "line without an account",
        line("E43", "NULL", **{**_MONTHLY_50, "account_id": None}),
        line("E43", "EMPTY", **{**_MONTHLY_50, "account_id": ""}),
        line("E43", "SPACE", **{**_MONTHLY_50, "account_id": " "}),
    ),
    case(
        "E44",
        "line of an unknown account",
        line("E44", 1, **{**_MONTHLY_50, "account_id": "E44-UNKNOWN"}),
    ),
    case(
        "E45",
        "one account in three spellings",
        account("E45", account_name=_E45_NAME, recorded_at="2025-03-01 01:00:00"),
        account("Ｅ４５", account_name=_E45_NAME, recorded_at="2025-03-02 01:00:00"),
        line("E45", 1, **{**_MONTHLY_50, "account_id": "e45 "}),
        line("E45", 2, **_MONTHLY_50, product_id="EDGE-OTHER"),
        line("E45", 3, **{**_MONTHLY_50, "account_id": "Ｅ４５"}, product_id="EDGE-THIRD"),
    ),
    case("E46", "negative price without a parent", line("E46", 1, unit_price="-20000")),
    case(
        "E47",
        "negative discount line with a parent",
        line("E47", 1),
        line("E47", "D", charge_type="discount", unit_price="-20000", parent_line_id="E47-1"),
    ),
    case(
        "E48",
        "discount larger than its parent",
        line("E48", 1, unit_price="10000"),
        line("E48", "D", charge_type="discount", unit_price="-20000", parent_line_id="E48-1"),
    ),
    case("E49", "price missing", line("E49", 1, unit_price=None)),
    case("E50", "quantity zero", line("E50", 1, quantity="0", unit_price="1000")),
    case(
        "E51",
        "cancelled before it starts",
        line("E51", 1, starts_on="2025-06-01", status="void"),
    ),
    case(
        "E52",
        "deleted in the source",
        line("E52", 1, recorded_at="2025-04-01 01:00:00"),
        line("E52", 1, is_deleted=True, recorded_at="2025-06-10 01:00:00"),
    ),
    case("E54", "date that does not exist", line("E54", 1, starts_on="2025/02/30")),
    case(
        "E55",
        "price in full-width text",
        line("E55", 1, unit_price="１,２００,０００円", billing_unit="year"),
    ),
    case("E56", "internal account", account("E56", is_internal=True), line("E56", 1)),
)
